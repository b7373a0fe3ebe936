import { join } from 'node:path'
import { nodeOf } from '../others.mjs'
import { check, forEach, run } from '../run.mjs'

export const states = 'connecting authenticatingApp authenticatingAccount authenticated'

/** Imported and required by each Node, without a warning, and the same copy both ways. */
export const node = async ({ consumer }) => {
  const has = ['authenticate.cjs', 'load.mjs', 'load.cjs']
  const cwd = await consumer('node', { has })
  const ways = [20, 22, 24].flatMap(major => [
    { major, what: 'import', script: 'load.mjs' },
    { major, what: 'require', script: 'load.cjs' },
  ])
  await forEach(ways, async ({ major, what, script }) => {
    check(`${what}, Node ${major}`, await run(nodeOf(major), [join(cwd, script)], { cwd }), states)
  })
}
