import * as fc from 'fast-check'
import { asyncScheduler } from 'rxjs'
import { createSimulator } from 'rx-ctrader/simulator'
import type { ServerConnection, Simulator } from 'rx-ctrader/simulator'
import type { ProtoOAExecutionEvent } from '../../../src/protocol/messages/orders'
import { PayloadType } from '../../../src/protocol/payloadType'
import type { Message, MessageOf, MessageType } from '../../../src/protocol/table'
import { encodeFrame, frameDecoder } from '../../../src/transport/frame'
import { inVirtualTime } from '../../support/virtualTime'

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_AMEND_ORDER_REQ,
  PROTO_OA_AMEND_POSITION_SLTP_REQ,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_CANCEL_ORDER_REQ,
  PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ,
  PROTO_OA_CLOSE_POSITION_REQ,
  PROTO_OA_DEAL_LIST_REQ,
  PROTO_OA_ERROR_RES,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_EXPECTED_MARGIN_REQ,
  PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ,
  PROTO_OA_GET_TICKDATA_REQ,
  PROTO_OA_GET_TRENDBARS_REQ,
  PROTO_OA_MARGIN_CALL_TRIGGER_EVENT,
  PROTO_OA_MARGIN_CALL_UPDATE_EVENT,
  PROTO_OA_MARGIN_CALL_UPDATE_REQ,
  PROTO_OA_MARGIN_CHANGED_EVENT,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_ORDER_DETAILS_REQ,
  PROTO_OA_ORDER_LIST_REQ,
  PROTO_OA_RECONCILE_REQ,
  PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ,
  PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PROTO_OA_TRADER_REQ,
  PROTO_OA_TRADER_UPDATE_EVENT,
  PROTO_OA_TRAILING_SL_CHANGED_EVENT,
  PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ,
  PROTO_OA_UNSUBSCRIBE_SPOTS_REQ,
} = PayloadType

jest.setTimeout(60_000)

/** How many times as fast as the scheduler the market goes, so that days of it fit into one scenario. */
const SPEED = 100
const START = Date.UTC(2026, 0, 7, 14)
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const WEEK = 7 * 24 * HOUR

const HEDGED = 11
const NETTED = 12
const EUROS = 13
const ACCOUNTS = [HEDGED, NETTED, EUROS]
const accountDefaults = { isLive: false, brokerTitleShort: 'Broker' }
const identity = {
  accounts: [
    { ...accountDefaults, accountId: HEDGED, traderLogin: 1 },
    { ...accountDefaults, accountId: NETTED, traderLogin: 2, accountType: 1, leverage: 500 },
    // Little money, so that some of its orders are too big and some of its positions are stopped out.
    { ...accountDefaults, accountId: EUROS, traderLogin: 3, depositAsset: 'EUR', balance: 30_000 },
  ],
  grants: [{ accessToken: 'demo', refreshToken: 'refresh', accountIds: ACCOUNTS, permissionScope: 1 }],
} as const

/** A major, a pair of another currency, gold, an index with a daily break and a coin that never sleeps. */
const SYMBOLS = [1, 4, 41, 101, 114] as const
/** How much is traded at the most, in the least volume of each: a position is worth about the same in all. */
const LOTS: Readonly<Record<number, number>> = { 1: 60, 4: 60, 41: 30, 101: 10, 114: 30 }

const kinds = [
  ...['market', 'market', 'market', 'limit', 'stop', 'stopLimit', 'range', 'passing', 'passing'],
  ...['cancel', 'amend', 'amend', 'protect', 'protect', 'protect', 'close', 'close', 'close'],
  ...['deposit', 'shift', 'marginCall', 'query', 'query'],
  ...['spots', 'noSpots', 'bars', 'depth', 'noDepth', 'logIn', 'logOut', 'connect', 'leave'],
  ...['wait', 'night'],
] as const
type Kind = (typeof kinds)[number]

interface Step {
  readonly wait: number
  readonly kind: Kind
  readonly line: number
  readonly account: number
  readonly symbolId: number
  readonly side: 1 | 2
  readonly size: number
  readonly far: number
  readonly pick: number
  readonly guarded: boolean
}

const steps: fc.Arbitrary<Step> = fc.record({
  wait: fc.integer({ min: 0, max: 15_000 }),
  kind: fc.constantFrom(...kinds),
  line: fc.nat(5),
  account: fc.constantFrom(...ACCOUNTS),
  symbolId: fc.constantFrom(...SYMBOLS),
  side: fc.constantFrom(1, 2),
  size: fc.double({ min: 0, max: 1, noNaN: true }),
  far: fc.integer({ min: -20, max: 60 }),
  pick: fc.nat(),
  guarded: fc.boolean(),
})

interface Session {
  readonly seed: number
  readonly steps: readonly Step[]
}

const sessions: fc.Arbitrary<Session> = fc.record({
  seed: fc.integer({ min: 1, max: 1000 }),
  steps: fc.array(steps, { minLength: 200, maxLength: 200 }),
})

/** What is told to all sessions of an account. */
const events: ReadonlySet<number> = new Set([
  PROTO_OA_TRAILING_SL_CHANGED_EVENT,
  PROTO_OA_TRADER_UPDATE_EVENT,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_MARGIN_CHANGED_EVENT,
  PROTO_OA_MARGIN_CALL_UPDATE_EVENT,
  PROTO_OA_MARGIN_CALL_TRIGGER_EVENT,
])

interface Line {
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
interface Witness {
  readonly line: Line
  readonly events: Message[]
  readonly answers: Message[]
}

interface Played {
  readonly texts: readonly (readonly string[])[]
  readonly faults: readonly string[]
  readonly count: Readonly<Record<string, number>>
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)

const isOf = <T extends MessageType>(message: Message, type: T): message is MessageOf<T> & Message =>
  message.payloadType === type

const allOf = <T extends MessageType>(messages: readonly Message[], type: T): MessageOf<T>[] =>
  messages.flatMap(message => (isOf(message, type) ? [message as MessageOf<T>] : []))

const executionsOf = ({ events: told }: Witness): ProtoOAExecutionEvent[] =>
  allOf(told, PayloadType.PROTO_OA_EXECUTION_EVENT).map(({ payload }) => payload)

const TERMINAL: readonly number[] = [3, 5, 6, 7]

/** What does not add up on an account, by what its witness was told. It has asked for all lists at the end. */
const faultsOf = (accountId: number, witness: Witness): string[] => {
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
const numbersOf = (accountId: number, witness: Witness): Map<number, Set<string>> => {
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

const play = ({ seed, steps: script }: Session): Played => {
  const faults: string[] = []
  const lines: Line[] = []
  const witnesses = new Map<number, Witness>()
  const count: Record<string, number> = {}
  const claim = (holds: boolean, what: string): void => {
    if (!holds && faults.length < 10) faults.push(what)
  }
  const decode = frameDecoder(drift => faults.push(`drift: ${JSON.stringify(drift)}`))
  // What goes to several lines is looked at once.
  let lookedAt: { readonly text: string; readonly message: Message } | undefined
  const read = (text: string): Message | undefined => {
    if (lookedAt?.text === text) return lookedAt.message
    const decoded = decode(text)
    if (decoded._tag === 'Left') {
      claim(false, `${decoded.left.reason}: ${text}`)
      return undefined
    }
    const message = decoded.right
    claim(encodeFrame(message) === text, `written otherwise: ${text}`)
    lookedAt = { text, message }
    return message
  }
  const told = (accountId: number): readonly Message[] => witnesses.get(accountId)?.events ?? []

  /** From then on a line has to hear nothing of the account, and until then it must have heard everything. */
  const part = (line: Line, accountId: number): void => {
    if (witnesses.get(accountId)?.line !== line)
      claim(line.accounts.get(accountId) === told(accountId).length, `not all of ${accountId} was heard`)
    line.accounts.delete(accountId)
  }

  const hear = (line: Line, text: string): void => {
    line.texts.push(text)
    const message = read(text)
    if (!message) return
    const { payloadType, payload } = message
    const key =
      message.payloadType === PROTO_OA_EXECUTION_EVENT
        ? `2126/${message.payload.executionType}`
        : `${payloadType}`
    count[key] = (count[key] ?? 0) + 1
    const { ctidTraderAccountId: accountId } = payload as { readonly ctidTraderAccountId?: number }
    const own = [...witnesses.values()].find(witness => witness.line === line)
    if (accountId === undefined) {
      own?.answers.push(message)
      return
    }
    if (payloadType === PayloadType.PROTO_OA_ACCOUNT_AUTH_RES) {
      line.accounts.set(accountId, told(accountId).length)
      return
    }
    const heard = line.accounts.get(accountId)
    claim(
      heard !== undefined ||
        payloadType === PROTO_OA_ERROR_RES ||
        payloadType === PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
      `a stranger heard ${text}`,
    )
    if (payloadType === PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT) part(line, accountId)
    if (!events.has(payloadType)) {
      own?.answers.push(message)
    } else if (own && witnesses.get(accountId) === own) {
      own.events.push(message)
    } else if (heard !== undefined) {
      claim(message === told(accountId)[heard], `another event of ${accountId}: ${text}`)
      line.accounts.set(accountId, heard + 1)
    }
  }

  inVirtualTime(({ at }) => {
    const broker: Simulator = createSimulator({
      ...identity,
      seed,
      start: START,
      speed: SPEED,
      limits: false,
      unknowns: { trendbarChunk: 5, tickChunk: 20 },
    })
    const defects = broker.defect$.subscribe(defect => faults.push(String(defect)))
    let asked = 0

    const connect = (): Line => {
      const subscribed: [payloadType: number, payload: object][] = []
      const line: Line = {
        texts: [],
        accounts: new Map(),
        isOpen: true,
        ask: (payloadType, payload) => {
          if (!line.isOpen) return
          asked += 1
          if (
            payloadType === PROTO_OA_SUBSCRIBE_SPOTS_REQ ||
            payloadType === PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ
          )
            subscribed.push([payloadType + 2, payload])
          connection.receive(JSON.stringify({ payloadType, clientMsgId: `ask ${asked}`, payload }))
        },
        lookAway: () => {
          for (const [payloadType, payload] of subscribed.splice(0)) line.ask(payloadType, payload)
        },
        leave: () => {
          if (!line.isOpen) return
          for (const accountId of [...line.accounts.keys()]) part(line, accountId)
          line.isOpen = false
          connection.closed()
        },
      }
      const connection: ServerConnection = broker.accept({
        send: text => {
          hear(line, text)
        },
        close: (code, reason) => {
          claim(false, `closed by ${code} ${reason}`)
        },
        cut: () => {
          claim(false, 'cut')
        },
      })
      lines.push(line)
      line.ask(PROTO_OA_APPLICATION_AUTH_REQ, { clientId: 'demo', clientSecret: 'demo' })
      return line
    }
    const logIn = (line: Line, ctidTraderAccountId: number): void => {
      line.ask(PROTO_OA_ACCOUNT_AUTH_REQ, { ctidTraderAccountId, accessToken: 'demo' })
    }
    for (const accountId of ACCOUNTS) {
      const line = connect()
      witnesses.set(accountId, { line, events: [], answers: [] })
      logIn(line, accountId)
      line.ask(PROTO_OA_TRADER_REQ, { ctidTraderAccountId: accountId })
    }
    const open = (): Line[] => lines.filter(({ isOpen }) => isOpen)
    const visitors = (): Line[] => open().slice(ACCOUNTS.length)
    const ledger = (accountId: number): ReturnType<Simulator['exchange']['ledger']> =>
      broker.exchange.ledger(accountId)

    const dare = (step: Step): void => {
      const { kind, account, symbolId, side, size, far, pick, guarded } = step
      const line = open()[step.line % open().length]
      const visitor = visitors()[step.line % (visitors().length || 1)]
      const terms = broker.market.symbol(symbolId)?.terms
      if (!line || !terms) throw new Error('there is nobody, or no such symbol')
      const ctidTraderAccountId = account
      const point = 10 ** (5 - terms.digits)
      const quote = broker.market.quoteAt(symbolId, broker.now())
      const here = side === 1 ? quote.ask : quote.bid
      const distance = Math.max(point, Math.round((here * far) / 30_000 / point) * point)
      const price = (wire: number): number => Number((wire / 100_000).toFixed(terms.digits))
      const sign = side === 1 ? 1 : -1
      const base = { ctidTraderAccountId }
      const ofSymbol = { ...base, symbolId: [symbolId] }
      const volume = terms.minVolume * Math.ceil(size * (LOTS[symbolId] ?? 1) + 0.01)
      const guard = guarded
        ? {
            relativeStopLoss: 20 * point + distance,
            relativeTakeProfit: 2 * distance,
            trailingStopLoss: far > 30,
          }
        : {}
      const order = (fields: object): void => {
        line.ask(PROTO_OA_NEW_ORDER_REQ, { ...base, symbolId, tradeSide: side, volume, ...guard, ...fields })
      }
      const { positions, orders } = ledger(account)
      const held = positions.filter(({ positionStatus }) => positionStatus === 1)
      const position = held[pick % (held.length || 1)]
      const waiting = orders.filter(({ orderStatus, orderType }) => orderStatus === 1 && orderType !== 4)
      const pending = waiting[pick % (waiting.length || 1)]
      const acts: Readonly<Record<Kind, () => void>> = {
        market: () => {
          order({ orderType: 1 })
        },
        limit: () => {
          order({ orderType: 2, limitPrice: price(here - sign * distance) })
        },
        stop: () => {
          order({ orderType: 3, stopPrice: price(here + sign * distance) })
        },
        stopLimit: () => {
          order({ orderType: 6, stopPrice: price(here + sign * distance), slippageInPoints: 5 })
        },
        range: () => {
          order({ orderType: 5, baseSlippagePrice: price(here), slippageInPoints: Math.abs(far) })
        },
        // Good until a time, immediate or cancel, fill or kill.
        passing: () => {
          const timeInForce = [1, 3, 4][pick % 3]
          order({
            orderType: 2,
            timeInForce,
            ...(timeInForce === 1
              ? { limitPrice: price(here - sign * 3 * distance), expirationTimestamp: broker.now() + MINUTE }
              : { limitPrice: price(here + sign * far * point) }),
          })
        },
        cancel: () => {
          line.ask(PROTO_OA_CANCEL_ORDER_REQ, { ...base, orderId: pending?.orderId ?? pick })
        },
        amend: () => {
          if (pending)
            line.ask(PROTO_OA_AMEND_ORDER_REQ, { ...base, orderId: pending.orderId, volume, ...guard })
        },
        protect: () => {
          if (!position) return
          const { tradeSide, symbolId: traded } = position.tradeData
          const { bid, ask } = broker.market.quoteAt(traded, broker.now())
          const digits = broker.market.symbol(traded)?.terms.digits ?? 5
          const stop = tradeSide === 1 ? bid * (1 - size / 500) : ask * (1 + size / 500)
          line.ask(PROTO_OA_AMEND_POSITION_SLTP_REQ, {
            ...base,
            positionId: position.positionId,
            ...(guarded && {
              stopLoss: Number((stop / 100_000).toFixed(digits)),
              trailingStopLoss: far > 30,
            }),
          })
        },
        close: () => {
          if (!position) return
          const { volume: all, symbolId: traded } = position.tradeData
          const least = broker.market.symbol(traded)?.terms.minVolume ?? all
          const part = Math.ceil((size * all) / least) * least
          line.ask(PROTO_OA_CLOSE_POSITION_REQ, {
            ...base,
            positionId: position.positionId,
            volume: guarded ? all : part || least,
          })
        },
        deposit: () => {
          broker.trade((exchange, now) => {
            exchange.deposit(account, far * 100, now)
          })
        },
        shift: () => {
          broker.shift(symbolId, sign * distance * (guarded ? 20 : 2))
        },
        marginCall: () => {
          line.ask(PROTO_OA_MARGIN_CALL_UPDATE_REQ, {
            ...base,
            marginCall: { marginCallType: 61 + (pick % 3), marginLevelThreshold: 40 + Math.abs(far) * 10 },
          })
        },
        query: () => {
          const [from, to] = [broker.now() - HOUR, broker.now()]
          const queries = [
            () => line.ask(PROTO_OA_RECONCILE_REQ, { ...base, returnProtectionOrders: guarded }),
            () => line.ask(PROTO_OA_DEAL_LIST_REQ, { ...base, maxRows: 1 + (pick % 5) }),
            () => line.ask(PROTO_OA_ORDER_LIST_REQ, base),
            () =>
              line.ask(PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ, {
                ...base,
                fromTimestamp: from,
                toTimestamp: to,
              }),
            () => line.ask(PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ, base),
            () => line.ask(PROTO_OA_EXPECTED_MARGIN_REQ, { ...base, symbolId, volume: [volume] }),
            () =>
              line.ask(PROTO_OA_GET_TICKDATA_REQ, {
                ...base,
                symbolId,
                type: side,
                fromTimestamp: from,
                toTimestamp: to,
              }),
            () =>
              line.ask(PROTO_OA_GET_TRENDBARS_REQ, { ...base, symbolId, period: 1 + (pick % 14), count: 3 }),
            () =>
              line.ask(PROTO_OA_ORDER_DETAILS_REQ, {
                ...base,
                orderId: orders[pick % (orders.length || 1)]?.orderId ?? 0,
              }),
          ]
          queries[pick % queries.length]?.()
        },
        spots: () => {
          line.ask(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { ...ofSymbol, subscribeToSpotTimestamp: guarded })
        },
        noSpots: () => {
          line.ask(PROTO_OA_UNSUBSCRIBE_SPOTS_REQ, ofSymbol)
        },
        bars: () => {
          line.ask(PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, { ...base, symbolId, period: 1 + (pick % 14) })
        },
        depth: () => {
          line.ask(PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ, ofSymbol)
        },
        noDepth: () => {
          line.ask(PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ, ofSymbol)
        },
        logIn: () => {
          if (visitor) logIn(visitor, account)
        },
        logOut: () => {
          visitor?.ask(PROTO_OA_ACCOUNT_LOGOUT_REQ, base)
        },
        connect: () => {
          if (visitors().length < 4) for (const one of ACCOUNTS.slice(pick % 3)) logIn(connect(), one)
        },
        leave: () => {
          visitor?.leave()
        },
        wait: () => undefined,
        night: () => undefined,
      }
      acts[kind]()
    }

    /** While time passes by hours nobody looks at prices: they are many. */
    const lookAway = (): void => {
      for (const line of open()) line.lookAway()
    }
    const eachWitness = (act: (accountId: number, ask: Line['ask']) => void): void => {
      for (const [accountId, { line }] of witnesses) act(accountId, line.ask)
    }
    const finish = (): void => {
      eachWitness((ctidTraderAccountId, ask) => {
        for (let from = START; from <= broker.now(); from += WEEK)
          ask(PROTO_OA_CASH_FLOW_HISTORY_LIST_REQ, {
            ctidTraderAccountId,
            fromTimestamp: from,
            toTimestamp: from + WEEK - 1,
          })
        for (const payloadType of [PROTO_OA_TRADER_REQ, PROTO_OA_ORDER_LIST_REQ, PROTO_OA_DEAL_LIST_REQ])
          ask(payloadType, { ctidTraderAccountId })
        ask(PROTO_OA_RECONCILE_REQ, { ctidTraderAccountId, returnProtectionOrders: true })
      })
      for (const line of open()) line.leave()
      defects.unsubscribe()
      beats.unsubscribe()
    }
    /** Cancels and closes everything once all markets are open, again until nothing is left. */
    const flatten = (tries: number): void => {
      const isFlat = ACCOUNTS.every(accountId => {
        const { order, position } = working(accountId)
        return order.length === 0 && position.length === 0
      })
      if (isFlat || tries === 0) {
        finish()
        return
      }
      const isOpen = SYMBOLS.every(symbolId => broker.market.isOpen(symbolId, broker.now()))
      if (isOpen)
        eachWitness((ctidTraderAccountId, ask) => {
          const { order, position } = working(ctidTraderAccountId)
          for (const { orderId } of order) ask(PROTO_OA_CANCEL_ORDER_REQ, { ctidTraderAccountId, orderId })
          for (const { positionId, volume } of position)
            ask(PROTO_OA_CLOSE_POSITION_REQ, { ctidTraderAccountId, positionId, volume })
        })
      at((isOpen ? MINUTE : HOUR) / SPEED, () => {
        flatten(tries - 1)
      })
    }
    const working = (
      accountId: number,
    ): {
      readonly order: readonly { readonly orderId: number }[]
      readonly position: readonly { readonly positionId: number; readonly volume: number }[]
    } => {
      const { orders, positions } = ledger(accountId)
      return {
        order: orders.filter(({ orderStatus, orderType }) => orderStatus === 1 && orderType !== 4),
        position: positions.flatMap(({ positionId, positionStatus, tradeData: { volume } }) =>
          positionStatus === 1 && volume > 0 ? [{ positionId, volume }] : [],
        ),
      }
    }
    const next = (index: number): void => {
      const step = script[index]
      if (!step) {
        lookAway()
        eachWitness((ctidTraderAccountId, ask) => {
          ask(PROTO_OA_RECONCILE_REQ, { ctidTraderAccountId, returnProtectionOrders: true })
          const { order = [] } =
            allOf(witnesses.get(ctidTraderAccountId)?.answers ?? [], PayloadType.PROTO_OA_RECONCILE_RES).at(
              -1,
            )?.payload ?? {}
          claim(
            order
              .map(({ orderId }) => orderId)
              .sort()
              .join() === living(ctidTraderAccountId).join(),
            `the open orders of ${ctidTraderAccountId} are not those that did not end`,
          )
        })
        flatten(200)
        return
      }
      dare(step)
      const isLong = step.kind === 'night' || step.kind === 'wait'
      if (isLong) lookAway()
      const wait =
        step.kind === 'night' ? 24 * HOUR * step.size : step.kind === 'wait' ? HOUR * step.size : step.wait
      at(Math.ceil(wait / SPEED), () => {
        next(index + 1)
      })
    }
    /** The orders that were accepted and have not ended, by what the witness was told. */
    const living = (accountId: number): number[] => {
      const alive = new Set<number>()
      const witness = witnesses.get(accountId)
      for (const { order, executionType } of witness ? executionsOf(witness) : []) {
        if (!order) continue
        if (executionType === 2) alive.add(order.orderId)
        if (TERMINAL.includes(executionType)) alive.delete(order.orderId)
      }
      return [...alive].sort()
    }

    const beats = asyncScheduler.schedule(function () {
      for (const line of open()) line.ask(51, {})
      this.schedule(undefined, 20 * SECOND)
    }, 20 * SECOND)
    at(1, () => {
      next(0)
    })
  })

  const owners = new Map<number, Set<string>>()
  for (const [accountId, witness] of witnesses) {
    faults.push(...faultsOf(accountId, witness))
    for (const [id, whose] of numbersOf(accountId, witness))
      owners.set(id, new Set([...(owners.get(id) ?? []), ...whose]))
  }
  for (const [id, whose] of owners) if (whose.size > 1) faults.push(`${id} is ${[...whose].join(' and ')}`)
  return { texts: lines.map(({ texts }) => texts), faults, count }
}

describe('traders on one server', () => {
  it('whatever they do, all adds up, each hears all of his accounts and of no other, and it can be repeated', () => {
    const seen: Record<string, number> = {}
    fc.assert(
      fc.property(sessions, session => {
        const { texts, faults, count } = play(session)
        expect(faults).toEqual([])
        expect(JSON.stringify(play(session).texts) === JSON.stringify(texts)).toBe(true)
        for (const [key, times] of Object.entries(count)) seen[key] = (seen[key] ?? 0) + times
      }),
      { numRuns: 11, seed: 20260107, endOnFailure: true },
    )
    // They do trade: orders are accepted, filled, replaced, cancelled, expire and are rejected; swaps are charged.
    for (const type of [2, 3, 4, 5, 6, 7, 9, 10]) expect(seen[`2126/${type}`]).toBeGreaterThan(5)
  })
})
