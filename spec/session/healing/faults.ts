import * as fc from 'fast-check'
import { PayloadType } from 'rx-ctrader'
import type { Fault } from 'rx-ctrader/simulator'
import { anyTrouble } from '../../soak/faults'
import { accountIds } from '../../soak/world'

/** The messages that change what a consumer has, and of which one that cannot be read leaves a wrong value behind. */
const changing = [
  PayloadType.PROTO_OA_SPOT_EVENT,
  PayloadType.PROTO_OA_DEPTH_EVENT,
  PayloadType.PROTO_OA_EXECUTION_EVENT,
  PayloadType.PROTO_OA_TRADER_UPDATE_EVENT,
  PayloadType.PROTO_OA_TRAILING_SL_CHANGED_EVENT,
]

/** What goes wrong only here, and not in the long session of `npm run soak`, by name. */
const harms = {
  /** A change comes that cannot be read. */
  unreadableChange: fc
    .record({ payloadType: fc.constantFrom(...changing), times: fc.integer({ min: 1, max: 3 }) })
    .map((frames): readonly Fault[] => [{ kind: 'malformed', ...frames }]),
} satisfies Record<string, fc.Arbitrary<readonly Fault[]>>

/** What goes wrong at one time. */
export const anyHarm: fc.Arbitrary<readonly Fault[]> = fc.oneof(
  { weight: 3, arbitrary: anyTrouble(accountIds) },
  { weight: 1, arbitrary: fc.oneof(...Object.values(harms)) },
)
