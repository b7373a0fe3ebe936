import {
  PayloadType,
  ProtoOAClientPermissionScope,
  amendProtection,
  cancelOrder,
  closePosition,
  lots,
  pips,
  placeOrder,
  positions,
  symbol,
  trader,
} from 'rx-ctrader'
import type { Account, NewOrder, OrderUpdate } from 'rx-ctrader'
import type { SimulatorOptions } from 'rx-ctrader/simulator'
import { asyncScheduler } from 'rxjs'
import type { Observable } from 'rxjs'
import { ACCOUNT } from '../support/account'
import { scene } from '../support/accountScene'
import type { Scene } from '../support/accountScene'

const {
  PROTO_OA_AMEND_POSITION_SLTP_REQ: AMEND,
  PROTO_OA_CANCEL_ORDER_REQ: CANCEL,
  PROTO_OA_CLOSE_POSITION_REQ: CLOSE,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ: ACCOUNTS,
  PROTO_OA_NEW_ORDER_REQ: ORDER,
  PROTO_OA_RECONCILE_REQ: RECONCILE,
  PROTO_OA_SYMBOLS_LIST_REQ: SYMBOLS,
  PROTO_OA_SYMBOL_BY_ID_REQ: SYMBOL,
  PROTO_OA_TRADER_REQ: TRADER,
} = PayloadType

const LATENCY = 50
const ROUND_TRIP = 2 * LATENCY

const buy: NewOrder = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }

const viewing: SimulatorOptions = {
  grants: [
    {
      accessToken: 'demo',
      refreshToken: 'demo-refresh',
      accountIds: [ACCOUNT],
      permissionScope: ProtoOAClientPermissionScope.SCOPE_VIEW,
    },
  ],
}

interface Sent {
  /** What was asked before it left, by payload type. */
  readonly before: readonly number[]
  readonly after: readonly number[]
  /** How long it took to leave, in ms. */
  readonly took: number
}

interface First {
  /** What is subscribed to before. */
  readonly live: readonly ((account: Account) => Observable<unknown>)[]
  readonly act: (account: Account) => Observable<OrderUpdate>
  readonly payloadType: number
}

/** Does something as the first command of an account some time later, and says what left and when. */
const first = (
  { account, asked, at, watch }: Scene,
  { live, act, payloadType }: First,
  judge: (sent: Sent) => void,
): void => {
  for (const stream of live) watch(stream(account), 100_000)
  at(10_000, () => {
    asked()
    const seen = watch(act(account))
    const began = asyncScheduler.now()
    at(2_000, () => {
      const types = asked()
      const index = types.indexOf(payloadType)
      const leaving = seen.timed.find(([, { status }]) => status === 'sent')
      judge({
        before: types.slice(0, index).sort(),
        after: types.slice(index + 1).sort(),
        took: (leaving?.[0] ?? NaN) - began,
      })
    })
  })
}

interface Ids {
  readonly positionId: number
  readonly orderId: number
}

/** An account with a position of 0.1 lots and a pending order, which others have made. */
const trading = (play: (scene: Scene, ids: Ids) => void): void => {
  scene(
    one => {
      const { at, broker } = one
      at(1_000, () => {
        broker.trade((exchange, now) => {
          const ask = { ctidTraderAccountId: ACCOUNT, symbolId: 1, tradeSide: 1, volume: 1_000_000 } as const
          exchange.newOrder(ACCOUNT, { ...ask, orderType: 1 }, { at: now, clientMsgId: 'a' })
          exchange.newOrder(ACCOUNT, { ...ask, orderType: 2, limitPrice: 0.9 }, { at: now, clientMsgId: 'b' })
        })
      })
      at(5_000, () => {
        const { orders: all, positions: open } = broker.exchange.ledger(ACCOUNT)
        const orderId = all.find(
          ({ orderType, orderStatus }) => orderType === 2 && orderStatus === 1,
        )?.orderId
        play(one, { orderId: orderId ?? NaN, positionId: open[0]?.positionId ?? NaN })
      })
    },
    { latency: LATENCY },
  )
}

describe('the first order of an account', () => {
  it('leaves at once where all that it needs is known; the rights are asked for beside it (F3)', () => {
    scene(
      one => {
        first(
          one,
          {
            live: [trader, account => symbol(account, 'EURUSD')],
            act: account => placeOrder(account, buy),
            payloadType: ORDER,
          },
          ({ after, before, took }) => {
            expect([before, after, took]).toEqual([[], [ACCOUNTS], 0])
          },
        )
      },
      { latency: LATENCY },
    )
  })

  it('waits for what it needs and for nothing else: the terms of its symbol (F3)', () => {
    scene(
      one => {
        first(
          one,
          { live: [positions], act: account => placeOrder(account, buy), payloadType: ORDER },
          ({ before, took }) => {
            expect([before, took]).toEqual([[SYMBOLS, SYMBOL, ACCOUNTS].sort(), 2 * ROUND_TRIP])
          },
        )
      },
      { latency: LATENCY },
    )
  })

  it('waits no longer where its symbol is given by its id, and the list is not asked for (F3)', () => {
    scene(
      one => {
        first(
          one,
          { live: [], act: account => placeOrder(account, { ...buy, symbol: 1 }), payloadType: ORDER },
          ({ before, took }) => {
            expect([before, took]).toEqual([[SYMBOL, TRADER, ACCOUNTS].sort(), ROUND_TRIP])
          },
        )
      },
      { latency: LATENCY },
    )
  })

  it('waits for the environment of its account where a client on a line of its own says one (F3)', () => {
    scene(
      one => {
        first(
          one,
          {
            live: [trader, account => symbol(account, 'EURUSD')],
            act: account => placeOrder(account, buy),
            payloadType: ORDER,
          },
          ({ before, took }) => {
            expect([before, took]).toEqual([[ACCOUNTS], ROUND_TRIP])
          },
        )
      },
      { latency: LATENCY },
      { environment: 'demo' },
    )
  })

  it('tells the next one what was learnt beside it (F3)', () => {
    scene(({ account, asked, at, watch }) => {
      watch(symbol(account, 'EURUSD'), 100_000)
      at(1_000, () => {
        asked()
        const seen = watch(placeOrder(account, buy))
        at(1_000, () => {
          expect(asked()).toEqual([ORDER, ACCOUNTS, TRADER])
          expect(seen.values.at(-1)).toMatchObject({ status: 'rejected', errorCode: 'TRADING_NOT_ALLOWED' })
          const next = watch(placeOrder(account, buy))
          expect(next.error).toMatchObject({ reason: 'InvalidOrder', rule: 'permissionScope' })
          expect(asked()).toEqual([])
        })
      })
    }, viewing)
  })
})

describe('the first command of an account', () => {
  it.each<[string, (ids: Ids) => First]>([
    [
      'a close',
      ({ positionId }) => ({
        live: [positions],
        act: account => closePosition(account, { positionId }),
        payloadType: CLOSE,
      }),
    ],
    [
      'an amendment of protections',
      ({ positionId }) => ({
        live: [positions, account => symbol(account, 1)],
        act: account => amendProtection(account, { positionId, stopLoss: pips(50) }),
        payloadType: AMEND,
      }),
    ],
    [
      'a cancellation',
      ({ orderId }) => ({
        live: [],
        act: account => cancelOrder(account, { orderId }),
        payloadType: CANCEL,
      }),
    ],
  ])('leaves at once where all that it needs is known: %s (F3)', (_, firstOf) => {
    trading((one, ids) => {
      first(one, firstOf(ids), ({ before, took }) => {
        expect([before, took]).toEqual([[], 0])
      })
    })
  })

  it('asks for a position that is not known, and for the rights meanwhile (F3)', () => {
    trading((one, { positionId }) => {
      first(
        one,
        { live: [], act: account => closePosition(account, { positionId }), payloadType: CLOSE },
        ({ before, took }) => {
          expect([before, took]).toEqual([[RECONCILE, TRADER, ACCOUNTS].sort(), ROUND_TRIP])
        },
      )
    })
  })
})
