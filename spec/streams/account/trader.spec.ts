import { map, tap } from 'rxjs'
import { PayloadType, toMoney, trader } from 'rx-ctrader'
import { marbles } from 'rx-ctrader/testing'
import { ACCOUNT } from '../../support/account'
import { actAt, containing, sent } from '../../support/drawn'
import { tradesOn } from './trades'

const TRADER = PayloadType.PROTO_OA_TRADER_REQ
const RECONCILE = PayloadType.PROTO_OA_RECONCILE_REQ

const asked = { t: sent(TRADER), r: sent(RECONCILE) }

describe('trader', () => {
  it('has the account as the exchange does, and each of its changes once', () => {
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      const { close, deposit, place } = tradesOn(kit)
      const ledger = () => broker.exchange.ledger(ACCOUNT)
      actAt(kit, '1s d 999ms l 999ms p 1999ms c', {
        // The server tells it twice: by an execution event and by the state of the account.
        d: () => {
          deposit(50_000)
        },
        l: () => {
          broker.trade((exchange, now) => {
            exchange.change(ACCOUNT, { leverage: 50 }, now)
          })
        },
        // To open a position costs nothing yet.
        p: place,
        c: () => {
          close(ledger().positions[0]?.positionId)
        },
      })
      const state$ = trader(account).pipe(
        tap(state => {
          expect(state).toEqual(ledger().trader)
        }),
        map(({ balance, leverageInCents, balanceVersion }) => [
          toMoney(balance, 2),
          leverageInCents,
          balanceVersion,
        ]),
      )
      expectObservable(state$, '^ 60s !').toBe('a 999ms b 999ms c 3257ms d', {
        a: [10_000, 10_000, 1],
        b: [10_500, 10_000, 2],
        c: [10_500, 5_000, 2],
        d: [10_499.74, 5_000, 3],
      })
    })
  })

  it('asks once for two, gives a late one the latest at once, and the last to leave asks nothing', () => {
    marbles(kit => {
      const { account, expectObservable, expectRequests } = kit
      const { deposit } = tradesOn(kit)
      actAt(kit, '1s d', {
        d: () => {
          deposit(50_000)
        },
      })
      const balance$ = trader(account).pipe(map(({ balance }) => balance))
      const balances = { a: 1_000_000, b: 1_050_000 }
      expectObservable(balance$, '^  10s !').toBe('a 999ms b', balances)
      expectObservable(balance$, '^   5s !').toBe('a 999ms b', balances)
      expectObservable(balance$, '2s ^ 1s !').toBe('2s b', balances)
      expectRequests().toBe('(tr) 4996ms (tr)', asked)
    })
  })

  it('has after a lost line the balance of now, and says nothing where that is the same', () => {
    marbles(kit => {
      const { account, broker, expectObservable } = kit
      const { deposit } = tradesOn(kit)
      broker.faults('1s d 9s d')
      actAt(kit, '   1s - 9s e', {
        e: () => {
          deposit(50_000)
          deposit(-10_000)
        },
      })
      const balance$ = trader(account).pipe(map(({ balance }) => balance))
      expectObservable(balance$, '^ 60s !').toBe('a 11s b', { a: 1_000_000, b: 1_040_000 })
    })
  })

  it('asks again where it is refused for the time being, and errors where it is for good', () => {
    marbles(({ account, broker, expectObservable, expectRequests }) => {
      const refusal = { kind: 'refuse', payloadType: TRADER } as const
      broker.faults('a 5999ms b', {
        a: { ...refusal, errorCode: 'CANT_ROUTE_REQUEST' },
        b: { ...refusal, errorCode: 'RET_ACCOUNT_DISABLED' },
      })
      const balance$ = trader(account).pipe(map(({ balance }) => balance))
      const refused = containing({ reason: 'Refused', errorCode: 'RET_ACCOUNT_DISABLED' })
      expectObservable(balance$, '1ms ^ 5s !').toBe('1001ms b', { b: 1_000_000 })
      // What was known before the refusal comes first.
      expectObservable(balance$, '6001ms ^ 5s !').toBe('6001ms (b#)', { b: 1_000_000 }, refused)
      expectRequests(TRADER).toBe('-t 999ms t 4999ms t', asked)
    })
  })
})
