import { asyncScheduler } from 'rxjs'
import { createSimulator } from 'rx-ctrader/simulator'
import type { ServerConnection, Simulator } from 'rx-ctrader/simulator'
import { PayloadType } from '../../../src/protocol/payloadType'
import type { Message } from '../../../src/protocol/table'
import { encodeFrame, frameDecoder } from '../../../src/transport/frame'
import { inVirtualTime } from '../../support/virtualTime'
import { SPEED, START, SECOND, MINUTE, HOUR, WEEK, ACCOUNTS, identity, SYMBOLS, LOTS } from './sessionsPlan'
import type { Kind, Step, Session } from './sessionsPlan'
import { events, allOf, executionsOf, TERMINAL, faultsOf, numbersOf } from './sessionsJudge'
import type { Line, Witness } from './sessionsJudge'

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
  PROTO_OA_MARGIN_CALL_UPDATE_REQ,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_ORDER_DETAILS_REQ,
  PROTO_OA_ORDER_LIST_REQ,
  PROTO_OA_RECONCILE_REQ,
  PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ,
  PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PROTO_OA_TRADER_REQ,
  PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ,
  PROTO_OA_UNSUBSCRIBE_SPOTS_REQ,
} = PayloadType

interface Played {
  readonly texts: readonly (readonly string[])[]
  readonly faults: readonly string[]
  readonly count: Readonly<Record<string, number>>
}

export const play = ({ seed, steps: script }: Session): Played => {
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

    /** While time passes by hours no one looks at prices: they are many. */
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
