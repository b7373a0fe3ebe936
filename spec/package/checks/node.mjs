import { join } from 'node:path'
import { nodeOf } from '../others.mjs'
import { check, forEach, run, scriptOf } from '../run.mjs'

export const states = 'connecting authenticatingApp authenticatingAccount authenticated'

const tsx = scriptOf(join(process.cwd(), 'node_modules', 'tsx'), 'tsx')

/** Imported and required by each Node, without a warning, and the same copy both ways. */
export const node = async ({ consumer }) => {
  const has = ['authenticate.cjs', 'load.mjs', 'load.cjs', 'copies.mjs']
  const cwd = await consumer('node', { has })
  const oneCopy = 'errors true, subscriptions 1'
  const ways = [20, 22, 24].flatMap(major => [
    { major, what: 'import', args: ['load.mjs'], said: states },
    { major, what: 'require', args: ['load.cjs'], said: states },
    { major, what: 'import and require', args: ['copies.mjs'], said: oneCopy },
    // It transforms what is required, and not what is imported.
    { major, what: 'import and require in tsx', args: [tsx, 'copies.mjs'], said: oneCopy },
  ])
  await forEach(ways, async ({ major, what, args, said }) => {
    check(`${what}, Node ${major}`, await run(nodeOf(major), args, { cwd }), said)
  })
}
