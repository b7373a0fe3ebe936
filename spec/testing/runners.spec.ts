import { execFile } from 'node:child_process'
import { promisify, stripVTControlCharacters } from 'node:util'

jest.setTimeout(120_000)

const HERE = 'spec/testing/runners'
/** The same strategy in each runner, as a guide shows it. */
const GUIDE = 'docs/examples/test-a-strategy/buyDips'
const modules = (path: string): string => `node_modules/${path}`

const runners = {
  jest: [
    modules('jest/bin/jest.js'),
    '--testMatch',
    `<rootDir>/${HERE}/jest.fixture.ts`,
    `<rootDir>/${GUIDE}.jest.ts`,
    '--selectProjects',
    'unit',
    '--ci',
  ],
  vitest: [modules('vitest/vitest.mjs'), 'run', '--config', `${HERE}/vitest.config.mjs`],
  "Node's own": [
    '--import',
    'tsx',
    '--test',
    '--test-reporter',
    'spec',
    `${HERE}/node.fixture.ts`,
    `${GUIDE}.node.ts`,
  ],
}

/** What a runner says on both of its outputs, and with what code it ends. */
const run = async (args: readonly string[]): Promise<{ readonly said: string; readonly code: unknown }> => {
  // Of the runner that runs this one, the others must not know.
  const others = ['JEST_WORKER_ID', 'NODE_ENV', 'VITEST', 'NODE_TEST_CONTEXT']
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !others.includes(name)))
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
      env: { ...env, CI: 'true' },
    })
    return { said: stdout + stderr, code: 0 }
  } catch (error) {
    const { stdout, stderr, code } = error as Readonly<Record<'stdout' | 'stderr', string>> & {
      readonly code: unknown
    }
    return { said: stdout + stderr, code }
  }
}

/** The text that a reader has to find, also behind the prefix that a runner puts before each line. */
const failure = [
  'expectObservable: not what was expected',
  'expected  a---b',
  'actual    a--b',
  '- expected, + actual',
  '0 ms  a  { bid: 1.1, ask: 1.1002 }',
  '+ 3 ms  b  { bid: 1.2, ask: 1.2002 }',
  '- 4 ms  b  { bid: 1.2, ask: 1.2002 }',
]

describe('the kit', () => {
  it.each(Object.entries(runners))(
    'works in %s runner, and fails there for people to read',
    async (_, args) => {
      const { said, code } = await run(args)
      const text = stripVTControlCharacters(said)
      expect(code).toBe(1)
      // One of this spec, and those of the guide "Test a strategy".
      expect(text).toMatch(/pass 8|8 passed/)
      expect(text).toMatch(/✖ fails|✕ fails|× .*fails|FAIL .*fails|● fails/)
      let from = 0
      for (const line of failure) {
        const at = text.indexOf(line, from)
        expect({ line, isThere: at >= 0 }).toEqual({ line, isThere: true })
        from = at
      }
      // Where it was expected.
      expect(text.slice(from)).toContain('scenarios.ts:11')
      // The runner adds no comparison of its own.
      expect(text).not.toMatch(/notification|frame:/)
    },
  )
})
