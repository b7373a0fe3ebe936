import { PayloadType } from 'rx-ctrader'
import type { Fault } from 'rx-ctrader/simulator'

export interface Mishap {
  readonly name: string
  readonly what: string
  readonly fault: Fault
}

const EURUSD = 1

/** What can go wrong, from the harmless to the worst: see docs/simulator.md for all there is. */
export const mishaps: readonly Mishap[] = [
  { name: 'Drop the line', what: 'it breaks without a word', fault: { kind: 'drop' } },
  {
    name: 'Hang up',
    what: 'a clean close, as the live server does: 1000 "Bye"',
    fault: { kind: 'close', code: 1000, reason: 'Bye' },
  },
  { name: 'Silence', what: 'open and dead: noticed after 10 s', fault: { kind: 'silence' } },
  {
    name: 'Maintenance',
    what: 'no service for 8 s, with the end announced',
    fault: { kind: 'maintenance', seconds: 8, drops: true },
  },
  {
    name: 'Log the account out',
    what: 'its session ends on a healthy line',
    fault: { kind: 'accountDisconnect', accountId: 12345678 },
  },
  {
    name: 'Refuse the next order',
    what: 'rejected: MARKET_CLOSED',
    fault: {
      kind: 'refuse',
      payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ,
      errorCode: 'MARKET_CLOSED',
      carrier: PayloadType.PROTO_OA_ORDER_ERROR_EVENT,
    },
  },
  {
    name: 'Swallow the next order',
    what: 'it takes effect and is not answered',
    fault: { kind: 'swallow', payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ, takesEffect: true },
  },
  { name: 'Slow', what: 'what comes takes a second longer', fault: { kind: 'delay', ms: 1_000 } },
  {
    name: 'Garbage',
    what: 'the next 20 frames are no messages',
    fault: { kind: 'garbage', times: 20 },
  },
  {
    name: 'Crash EURUSD',
    what: 'it falls by 100 pips: stops are hit',
    fault: { kind: 'gap', symbolId: EURUSD, by: -1_000 },
  },
  { name: 'Recover', what: 'nothing of it is left', fault: { kind: 'recover' } },
]
