import type { Meter } from '@opentelemetry/api'
import { asyncScheduler } from 'rxjs'
import type { Subscription } from 'rxjs'
import { PayloadType } from '../../protocol/payloadType'
import type { Messages } from '../model/messages'
import { observe } from './observe'
import { seconds } from './units'

/**
 * The clock of the server, as in the quotes, compared with ours. Quotes are looked at only after a collection. The first
 * one of a symbol may be an old one, so the second one counts.
 */
export const measureClock = (meter: Meter, { handle }: Messages): Subscription => {
  let offset: number | undefined
  const look = (): void => {
    const seen = new Set<number>()
    handle(PayloadType.PROTO_OA_SPOT_EVENT, ({ payload: { symbolId, timestamp } }) => {
      if (timestamp === undefined) return
      if (seen.has(symbolId)) {
        offset = seconds(timestamp - asyncScheduler.now())
        handle(PayloadType.PROTO_OA_SPOT_EVENT, undefined)
      } else seen.add(symbolId)
    })
  }
  look()
  return observe(
    meter,
    'createObservableGauge',
    'ctrader.client.clock.offset',
    { description: "The server's time in quotes less our own: late by the way of a message", unit: 's' },
    () => {
      look()
      return offset === undefined ? [] : [[offset, {}]]
    },
  )
}
