import { join } from 'node:path'
import { nodeOf } from '../others.mjs'
import { check, forEach, run } from '../run.mjs'

const code = `
const client = createClient({ connect: () => NEVER, clientId: 'demo', clientSecret: 'demo' })
instrument(client, { meter: metrics.getMeter('trader'), tracer: trace.getTracer('trader') }).unsubscribe()
console.log('instrumented')
`
const names = {
  '@opentelemetry/api': ['metrics', 'trace'],
  rxjs: ['NEVER'],
  'rx-ctrader': ['createClient'],
  'rx-ctrader/opentelemetry': ['instrument'],
}
const lines = line =>
  Object.entries(names)
    .map(([from, of]) => line(`{ ${of.join(', ')} }`, `'${from}'`))
    .join('\n')

/** With the optional peer that it needs, imported and required by each Node. */
export const opentelemetry = async ({ consumer }) => {
  const cwd = await consumer('opentelemetry', {
    adds: { '@opentelemetry/api': join(process.cwd(), 'node_modules', '@opentelemetry', 'api') },
    makes: {
      'load.mjs': lines((of, from) => `import ${of} from ${from}`) + code,
      'load.cjs': lines((of, from) => `const ${of} = require(${from})`) + code,
    },
  })
  const ways = [20, 22, 24].flatMap(major => ['load.mjs', 'load.cjs'].map(file => ({ major, file })))
  await forEach(ways, async ({ major, file }) => {
    check(`OpenTelemetry, ${file}, Node ${major}`, await run(nodeOf(major), [file], { cwd }), 'instrumented')
  })
}
