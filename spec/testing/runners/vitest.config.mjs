import { fileURLToPath } from 'node:url'

const src = name => fileURLToPath(new URL(`../../../src/${name}`, import.meta.url))

export default {
  resolve: {
    alias: [
      { find: /^rx-ctrader$/, replacement: src('index.ts') },
      { find: /^rx-ctrader\/(.*)$/, replacement: src('$1/index.ts') },
    ],
  },
  test: {
    include: ['spec/testing/runners/vitest.fixture.ts', 'docs/examples/test-a-strategy/buyDips.vitest.ts'],
    reporters: ['default'],
  },
}
