import { join } from 'node:path'
import { nodeOf } from '../others.mjs'
import { check, forEach, run } from '../run.mjs'

const PEERS = ['jetstream', 'kv', 'nats-core', 'nkeys', 'nuid', 'transport-node'].map(
  name => `@nats-io/${name}`,
)

// No server listens there: what counts is that the package and its peers load, and work together.
const code = `
connect({ servers: '127.0.0.1:1' }).then(natsBus, ({ name }) => console.log(typeof natsBus, name))
`
const names = { '@nats-io/transport-node': ['connect'], 'rx-ctrader/nats': ['natsBus'] }
const lines = line =>
  Object.entries(names)
    .map(([from, of]) => line(`{ ${of.join(', ')} }`, `'${from}'`))
    .join('\n')

/** With the optional peers that it needs, imported and required by each Node. */
export const nats = async ({ consumer }) => {
  const cwd = await consumer('nats', {
    adds: Object.fromEntries(
      [...PEERS, 'tweetnacl'].map(name => [name, join(process.cwd(), 'node_modules', name)]),
    ),
    makes: {
      'load.mjs': lines((of, from) => `import ${of} from ${from}`) + code,
      'load.cjs': lines((of, from) => `const ${of} = require(${from})`) + code,
    },
  })
  const ways = [20, 22, 24].flatMap(major => ['load.mjs', 'load.cjs'].map(file => ({ major, file })))
  await forEach(ways, async ({ major, file }) => {
    check(
      `NATS, ${file}, Node ${major}`,
      await run(nodeOf(major), [file], { cwd }),
      'function ConnectionError',
    )
  })
}
