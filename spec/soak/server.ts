/** The server of the soak, a process of its own: says its URL and serves until it is ended. */
import { createSimulator } from 'rx-ctrader/simulator'
import { serveSimulator } from 'rx-ctrader/node'
import { accounts, grants } from './world'

const WEEK = 7 * 86_400_000
const WEDNESDAY = Date.UTC(2026, 0, 7, 12)

// A time of the week at which every market is open.
const start = WEDNESDAY + Math.floor((Date.now() - WEDNESDAY) / WEEK) * WEEK

const broker = createSimulator({ start, accounts, grants })
serveSimulator(broker, { port: 0, control: true }).subscribe(({ url }) => {
  console.log(url)
})
