import { monotonicNow } from '../../clock'
import { PayloadType } from '../../protocol/payloadType'
import { endAccount, endApplication, invalidateToken } from '../world/endSession'
import type { World } from '../world/world'
import type { Armed, ArmedFaults, LineFilter } from './armed'
import type { Fault, FrameFault, Lines, RequestFault } from './fault'
import { lag, mute, recover, unlist } from './lasting'
import type { Line } from './line'

/** The place where faults happen. */
export interface Stage {
  readonly world: World
  /** The open lines, in the order in which they were opened. */
  readonly lines: () => readonly Line[]
  readonly armedFaults: ArmedFaults
  /** Moves the prices of a symbol. */
  readonly shift: (symbolId: number, by: number) => void
}

export const lineFilter =
  ({ line, accountId }: Lines = {}): LineFilter =>
  state =>
    (line === undefined || line === state.line) &&
    (accountId === undefined || state.accountIds.includes(accountId))

/** Whether a fault has struck so far. */
export type HasStruck = () => boolean

const arm = (
  { armedFaults }: Stage,
  fault: RequestFault | FrameFault,
  isFor: LineFilter,
  until = Infinity,
): HasStruck => {
  const left =
    'times' in fault
      ? (fault.times ?? 1)
      : fault.kind === 'misroute' || fault.kind === 'maintenance'
        ? Infinity
        : 1
  const armed: Armed = { fault, isFor, until, left, hits: 0 }
  armedFaults.arm(armed)
  return () => armed.hits > 0
}

/** Applies a fault to one open line. Returns whether there was something to affect. */
const strike = ({ world }: Stage, fault: Fault, line: Line): boolean => {
  const { session, say, block, hangUp } = line.connection
  switch (fault.kind) {
    case 'drop':
      line.drop()
      return true
    case 'close':
      line.close(fault.code ?? 1000, fault.reason ?? (fault.code === undefined ? 'Bye' : ''))
      return true
    case 'silence':
      line.silence()
      return true
    case 'deaf':
      line.deafen(true)
      return true
    case 'push':
      say(fault.text)
      return true
    case 'unknownMessage':
      say(JSON.stringify({ payloadType: fault.payloadType ?? 9999, payload: { somethingNew: 1 } }))
      return true
    case 'delay':
      line.delayBy(fault.ms)
      return true
    case 'rateLimit':
      block(fault.payloadType, fault.retryAfter)
      return true
    case 'accountDisconnect':
      if (!session.accounts.has(fault.accountId)) return false
      if (fault.spurious === true)
        session.push(PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT, { ctidTraderAccountId: fault.accountId })
      else endAccount(world, session, fault.accountId)
      return true
    case 'tokenInvalidated': {
      if (!session.accounts.has(fault.accountId)) return false
      const { accountId, reason = 'Access token is revoked' } = fault
      if (fault.spurious === true)
        session.push(PayloadType.PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT, {
          ctidTraderAccountIds: [accountId],
          reason,
        })
      else invalidateToken(world, session, [accountId], reason)
      return true
    }
    case 'clientDisconnect':
      if (!session.appAuthenticated) return false
      endApplication(world, session, fault.reason)
      if (world.unknowns.closesAfterClientDisconnect) hangUp()
      return true
    default:
      return false
  }
}

const always: HasStruck = () => true
const never: HasStruck = () => false

const anyOf =
  (hasStruck: HasStruck, isDone: boolean): HasStruck =>
  () =>
    isDone || hasStruck()

/** Makes a fault happen on the lines that it names and that the filter accepts. */
export const inflict = (stage: Stage, fault: Fault, isWanted: LineFilter = () => true): HasStruck => {
  const { world, armedFaults } = stage
  const isNamed = lineFilter('on' in fault ? fault.on : {})
  const isFor: LineFilter = state => isNamed(state) && isWanted(state)
  /** Whether an act had an effect on one of the lines or more. */
  const onLines = (act: (line: Line) => boolean): boolean =>
    stage
      .lines()
      .filter(line => isFor(line.state()))
      .map(act)
      .includes(true)
  switch (fault.kind) {
    case 'gap':
      stage.shift(fault.symbolId, fault.by)
      return always
    case 'tokenExpiry':
      world.identity.expire(fault.accountId, world.clock.now())
      return always
    case 'mute':
      mute(world, fault)
      return world.market.symbol(fault.symbolId) ? always : never
    case 'unlist':
      unlist(world, fault)
      return world.market.symbol(fault.symbolId) ? always : never
    case 'lag':
      lag(world, fault)
      return always
    case 'recover':
      armedFaults.clear()
      for (const line of stage.lines()) {
        line.delayBy(0)
        line.deafen(false)
      }
      recover(world)
      return always
    case 'maintenance':
      return anyOf(
        arm(stage, fault, isFor, monotonicNow() + fault.seconds * 1000),
        fault.drops === true && onLines(line => strike(stage, { kind: 'drop' }, line)),
      )
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
      return arm(stage, fault, isFor)
    default:
      return onLines(line => strike(stage, fault, line)) ? always : never
  }
}
