import { monotonicNow } from '../../clock'
import { PayloadType } from '../../protocol/payloadType'
import { endAccount, endApplication, invalidateToken } from '../world/endSession'
import type { World } from '../world/world'
import type { Armoury, LineFilter } from './armed'
import type { Fault, FrameFault, Lines, RequestFault } from './fault'
import { lag, mute, recover, unlist } from './lasting'
import type { Line } from './line'

/** The place where faults happen. */
export interface Stage {
  readonly world: World
  /** The open lines, in the order in which they were opened. */
  readonly lines: () => readonly Line[]
  readonly armoury: Armoury
  /** Moves the prices of a symbol. */
  readonly shift: (symbolId: number, by: number) => void
}

export const lineFilter =
  ({ line, accountId }: Lines = {}): LineFilter =>
  state =>
    (line === undefined || line === state.line) &&
    (accountId === undefined || state.accountIds.includes(accountId))

const arm = (
  { armoury }: Stage,
  fault: RequestFault | FrameFault,
  isFor: LineFilter,
  until = Infinity,
): void => {
  const left =
    'times' in fault
      ? (fault.times ?? 1)
      : fault.kind === 'misroute' || fault.kind === 'maintenance'
        ? Infinity
        : 1
  armoury.arm({ fault, isFor, until, left })
}

/** Applies a fault to one open line. A fault that does not affect a line itself is armed. */
const strike = ({ world }: Stage, fault: Fault, line: Line): void => {
  const { session, say, block, hangUp } = line.connection
  switch (fault.kind) {
    case 'drop':
      line.drop()
      break
    case 'close':
      line.close(fault.code ?? 1000, fault.reason ?? (fault.code === undefined ? 'Bye' : ''))
      break
    case 'silence':
      line.silence()
      break
    case 'deaf':
      line.deafen(true)
      break
    case 'push':
      say(fault.text)
      break
    case 'unknownMessage':
      say(JSON.stringify({ payloadType: fault.payloadType ?? 9999, payload: { somethingNew: 1 } }))
      break
    case 'delay':
      line.delayBy(fault.ms)
      break
    case 'rateLimit':
      block(fault.payloadType, fault.retryAfter)
      break
    case 'accountDisconnect':
      if (!session.accounts.has(fault.accountId)) break
      if (fault.spurious === true)
        session.push(PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT, { ctidTraderAccountId: fault.accountId })
      else endAccount(world, session, fault.accountId)
      break
    case 'tokenInvalidated': {
      if (!session.accounts.has(fault.accountId)) break
      const { accountId, reason = 'Access token is revoked' } = fault
      if (fault.spurious === true)
        session.push(PayloadType.PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT, {
          ctidTraderAccountIds: [accountId],
          reason,
        })
      else invalidateToken(world, session, [accountId], reason)
      break
    }
    case 'clientDisconnect':
      if (!session.appAuthenticated) break
      endApplication(world, session, fault.reason)
      if (world.unknowns.closesAfterClientDisconnect) hangUp()
      break
    default:
  }
}

/** Makes a fault happen on the lines that it names and that the filter accepts. */
export const inflict = (stage: Stage, fault: Fault, isWanted: LineFilter = () => true): void => {
  const { world, armoury } = stage
  const isNamed = lineFilter('on' in fault ? fault.on : {})
  const isFor: LineFilter = state => isNamed(state) && isWanted(state)
  switch (fault.kind) {
    case 'gap':
      stage.shift(fault.symbolId, fault.by)
      return
    case 'tokenExpiry':
      world.identity.expire(fault.accountId, world.clock.now())
      return
    case 'mute':
      mute(world, fault)
      return
    case 'unlist':
      unlist(world, fault)
      return
    case 'lag':
      lag(world, fault)
      return
    case 'recover':
      armoury.clear()
      for (const line of stage.lines()) {
        line.delayBy(0)
        line.deafen(false)
      }
      recover(world)
      return
    case 'maintenance':
      arm(stage, fault, isFor, monotonicNow() + fault.seconds * 1000)
      if (fault.drops === true) for (const line of stage.lines()) if (isFor(line.state())) line.drop()
      return
    case 'refuse':
    case 'swallow':
    case 'slow':
    case 'misroute':
    case 'malformed':
    case 'unreadable':
    case 'unreadableEntity':
    case 'oversized':
    case 'garbage':
    case 'duplicate':
    case 'reorder':
    case 'extraField':
    case 'unknownEnumValue':
      arm(stage, fault, isFor)
      return
    default:
      for (const line of stage.lines()) if (isFor(line.state())) strike(stage, fault, line)
  }
}
