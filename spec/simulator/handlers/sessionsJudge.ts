import type { ProtoOAExecutionEvent } from '../../../src/protocol/messages/orders'
import { PayloadType } from '../../../src/protocol/payloadType'
import type { Message, MessageOf, MessageType } from '../../../src/protocol/table'
import { NETTED } from './sessionsPlan'

const {
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_MARGIN_CALL_TRIGGER_EVENT,
  PROTO_OA_MARGIN_CALL_UPDATE_EVENT,
  PROTO_OA_MARGIN_CHANGED_EVENT,
  PROTO_OA_TRADER_UPDATE_EVENT,
  PROTO_OA_TRAILING_SL_CHANGED_EVENT,
} = PayloadType

/** The events that all sessions of an account get. */
export const events: ReadonlySet<number> = new Set([
  PROTO_OA_TRAILING_SL_CHANGED_EVENT,
  PROTO_OA_TRADER_UPDATE_EVENT,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_MARGIN_CHANGED_EVENT,
  PROTO_OA_MARGIN_CALL_UPDATE_EVENT,
  PROTO_OA_MARGIN_CALL_TRIGGER_EVENT,
])

export interface Line {
  readonly texts: string[]
  /** The accounts authenticated on it, each with how many of its events have been told to its witness. */
  readonly accounts: Map<number, number>
  readonly ask: (payloadType: number, payload: object) => void
  /** Asks for no more prices. */
  readonly lookAway: () => void
  readonly leave: () => void
  isOpen: boolean
}

/** One account as its witness, who never leaves, saw it. */
export interface Witness {
  readonly line: Line
  readonly events: Message[]
  readonly answers: Message[]
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)

const isOf = <T extends MessageType>(message: Message, type: T): message is MessageOf<T> & Message =>
  message.payloadType === type

export const allOf = <T extends MessageType>(messages: readonly Message[], type: T): MessageOf<T>[] =>
  messages.flatMap(message => (isOf(message, type) ? [message as MessageOf<T>] : []))

export const executionsOf = ({ events: told }: Witness): ProtoOAExecutionEvent[] =>
  allOf(told, PayloadType.PROTO_OA_EXECUTION_EVENT).map(({ payload }) => payload)

export const TERMINAL: readonly number[] = [3, 5, 6, 7]

/** What does not add up on an account, by what its witness was told. It has asked for all lists at the end. */
export const faultsOf = (accountId: number, witness: Witness): string[] => {
  const faults: string[] = []
  const claim = (holds: boolean, what: string): void => {
    if (!holds) faults.push(`${accountId}: ${what}`)
  }
  const executions = executionsOf(witness)
  const traders = allOf(witness.answers, PayloadType.PROTO_OA_TRADER_RES).map(({ payload }) => payload.trader)
  const [first, last] = [traders[0], traders.at(-1)]

  // Money is conserved to the cent, and each change counts one version.
  let { balance = NaN, balanceVersion: version = NaN } = first ?? {}
  const change = (delta: number, after: number, counted: number | undefined): void => {
    balance += delta
    version += 1
    claim(after === balance, `the balance is ${after} and not ${balance}`)
    claim(counted === version, `the version is ${counted} and not ${version}`)
  }
  for (const message of witness.events) {
    if (isOf(message, PayloadType.PROTO_OA_TRADER_UPDATE_EVENT)) {
      const { trader } = message.payload
      claim(
        trader.balance === balance && trader.balanceVersion === version,
        'the trader is told another balance',
      )
    }
    if (!isOf(message, PayloadType.PROTO_OA_EXECUTION_EVENT)) continue
    const { deal, depositWithdraw } = message.payload
    const detail = deal?.closePositionDetail
    if (detail)
      change(
        detail.grossProfit + detail.swap + detail.commission + (detail.pnlConversionFee ?? 0),
        detail.balance,
        detail.balanceVersion,
      )
    if (depositWithdraw)
      change(depositWithdraw.delta, depositWithdraw.balance, depositWithdraw.balanceVersion)
  }
  claim(last?.balance === balance && last.balanceVersion === version, 'the trader has another balance')

  // Every accepted order ends once or is open at the end.
  const byOrder = new Map<number, number[]>()
  for (const { order, executionType } of executions)
    if (order) byOrder.set(order.orderId, [...(byOrder.get(order.orderId) ?? []), executionType])
  const left = allOf(witness.answers, PayloadType.PROTO_OA_RECONCILE_RES).at(-1)?.payload
  for (const [orderId, told] of byOrder) {
    claim(told.indexOf(2) === 0 && told.lastIndexOf(2) === 0, `${orderId} is accepted once: ${told.join()}`)
    claim(told.filter(type => TERMINAL.includes(type)).length === 1, `${orderId} ends once: ${told.join()}`)
    claim(TERMINAL.includes(told.at(-1) ?? 0), `${orderId} is quiet after its end: ${told.join()}`)
  }
  claim(left !== undefined && !left.order && !left.position, 'something is left')
  const orders = allOf(witness.answers, PayloadType.PROTO_OA_ORDER_LIST_RES).at(-1)?.payload.order ?? []
  claim(
    orders.length === byOrder.size && orders.every(({ orderId }) => byOrder.has(orderId)),
    'the list of orders is not that of the accepted ones',
  )

  // Volume in is volume out, and nothing of a closed position is left.
  const deals = executions.flatMap(({ deal }) => (deal ? [deal] : []))
  const volumes = new Map<number, number>()
  for (const { positionId, filledVolume, closePositionDetail } of deals)
    volumes.set(
      positionId,
      (volumes.get(positionId) ?? 0) + (closePositionDetail ? -filledVolume : filledVolume),
    )
  for (const [positionId, volume] of volumes) claim(volume === 0, `${volume} of ${positionId} is left`)
  // What was made for an order that then went to the one position of a netted account is not told of again.
  const isUnused = (positionId: number): boolean => accountId === NETTED && !volumes.has(positionId)
  const positions = new Map(
    executions.flatMap(({ position }) => (position ? [[position.positionId, position] as const] : [])),
  )
  for (const [positionId, { positionStatus, usedMargin, swap, commission, tradeData }] of positions)
    claim(
      (positionStatus === 2 || isUnused(positionId)) &&
        usedMargin === 0 &&
        swap === 0 &&
        commission === 0 &&
        tradeData.volume === 0,
      `something of ${positionId} is left`,
    )
  const listed = allOf(witness.answers, PayloadType.PROTO_OA_DEAL_LIST_RES).at(-1)?.payload.deal ?? []
  claim(
    JSON.stringify([...listed].reverse()) === JSON.stringify(deals),
    'the list of deals is not what the events told',
  )
  // Each once, for some were asked for on the way.
  const cash = new Map(
    allOf(witness.answers, PayloadType.PROTO_OA_CASH_FLOW_HISTORY_LIST_RES).flatMap(
      ({ payload }) =>
        payload.depositWithdraw?.map(entry => [entry.balanceHistoryId, entry.delta] as const) ?? [],
    ),
  )
  claim(
    balance ===
      sum([...cash.values()]) +
        sum(
          deals.map(({ closePositionDetail: detail }) =>
            detail
              ? detail.grossProfit + detail.swap + detail.commission + (detail.pnlConversionFee ?? 0)
              : 0,
          ),
        ),
    'the balance is not what was paid in and what the deals brought',
  )
  return faults
}

/** The numbers that were given, each with what it was given to: none may be given to two. */
export const numbersOf = (accountId: number, witness: Witness): Map<number, Set<string>> => {
  const owners = new Map<number, Set<string>>()
  const note = (id: number | undefined, what: string): void => {
    if (id === undefined) return
    owners.set(id, (owners.get(id) ?? new Set()).add(`${what} of ${accountId}`))
  }
  for (const { order, position, deal, depositWithdraw } of executionsOf(witness)) {
    note(order?.orderId, 'order')
    note(position?.positionId, 'position')
    note(deal?.dealId, 'deal')
    note(depositWithdraw?.balanceHistoryId, 'cash')
  }
  return owners
}
