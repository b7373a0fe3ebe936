/**
 * The server of the load, in a process of its own until its parent ends. The first message has the options of the
 * simulator; each other one asks how many lines it has and what memory is in use, in MB, after a forced collection.
 */
import { createSimulator } from 'rx-ctrader/simulator'
import { serveSimulator } from 'rx-ctrader/node'

process.once('message', options => {
  const broker = createSimulator(options)
  serveSimulator(broker, { port: 0 }).subscribe(({ url }) => {
    process.send({ url })
  })
  process.on('message', () => {
    globalThis.gc()
    const { heapUsed, external } = process.memoryUsage()
    process.send({ lines: broker.lines().length, used: (heapUsed + external) / 1_000_000 })
  })
})
process.on('disconnect', () => process.exit())
