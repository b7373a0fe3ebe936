import { createBroker } from '../broker'
import { checkRange, lastTime } from '../options'
import { createVirtualTime } from '../virtualTime'
import type { SharedOptions } from './runner'
import type { Span } from './windows'

/** From when to when a backtest runs. Throws `InvalidOption` for an account that is not as it must be. */
export const backtestRange = (options: SharedOptions): Span =>
  createVirtualTime().enter(() => {
    const broker = createBroker(options)
    const from = broker.now()
    const to = lastTime(broker.history, options)
    checkRange(from, to, options)
    return { from, to }
  })
