import { PayloadType, toMoney, trader } from 'rx-ctrader'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'
import { tradesOn } from './trades'

const TRADER = PayloadType.PROTO_OA_TRADER_REQ
const RECONCILE = PayloadType.PROTO_OA_RECONCILE_REQ

describe('trader', () => {
  it('has the account as the exchange does, and each of its changes once', () => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      const { close, deposit, place } = tradesOn(stage)
      const seen = watch(trader(account), 60_000)
      const ledger = () => broker.exchange.ledger(ACCOUNT)
      at(1_000, () => {
        expect(seen.values).toEqual([ledger().trader])
        expect(toMoney(seen.values[0]?.balance ?? NaN, 2)).toBe(10_000)
        deposit(50_000)
      })
      at(2_000, () => {
        // Told twice: by an execution event and by the state of the account.
        expect(seen.values).toHaveLength(2)
        expect(seen.values.at(-1)).toEqual(ledger().trader)
        broker.trade((exchange, now) => {
          exchange.change(ACCOUNT, { leverage: 50 }, now)
        })
      })
      at(3_000, () => {
        expect(seen.values.map(({ leverageInCents }) => leverageInCents)).toEqual([10_000, 10_000, 5_000])
        place()
      })
      at(5_000, () => {
        // To open a position costs nothing yet.
        expect(seen.values).toHaveLength(3)
        close(ledger().positions[0]?.positionId)
      })
      at(7_000, () => {
        expect(seen.values).toHaveLength(4)
        expect(seen.values.at(-1)).toEqual(ledger().trader)
        expect(seen.values.at(-1)).toMatchObject({ balanceVersion: 3 })
      })
    })
  })

  it('asks once for two, gives a late one the latest at once, and nothing is asked by the last to leave', () => {
    scene(stage => {
      const { account, asked, at, watch } = stage
      const { deposit } = tradesOn(stage)
      watch(trader(account), 10_000)
      watch(trader(account), 5_000)
      at(1_000, () => {
        deposit(50_000)
      })
      at(2_000, () => {
        expect(watch(trader(account), 1_000).values).toMatchObject([{ balance: 1_050_000 }])
        expect(asked().sort()).toEqual([TRADER, RECONCILE])
      })
      at(5_000, () => {
        expect(asked()).toEqual([])
      })
      at(9_000, () => {
        expect(asked().sort()).toEqual([TRADER, RECONCILE])
      })
      at(30_000, () => {
        expect(asked()).toEqual([])
      })
    })
  })

  it('has after a lost line the balance of now, and says nothing where that is the same', () => {
    scene(stage => {
      const { account, at, broker, watch } = stage
      const { deposit } = tradesOn(stage)
      const seen = watch(trader(account), 60_000)
      at(1_000, () => {
        broker.drop()
      })
      at(10_000, () => {
        expect(seen.values).toHaveLength(1)
        broker.drop()
        deposit(50_000)
        deposit(-10_000)
      })
      at(20_000, () => {
        expect(seen.values.map(({ balance }) => balance)).toEqual([1_000_000, 1_040_000])
      })
    })
  })

  it('asks again where it is refused for the time being, and errors where it is for good', () => {
    scene(({ account, asked, at, broker, watch }) => {
      broker.fault({ kind: 'refuse', payloadType: TRADER, errorCode: 'CANT_ROUTE_REQUEST' })
      const seen = watch(trader(account), 5_000)
      at(4_000, () => {
        expect(asked().filter(type => type === TRADER)).toHaveLength(2)
        expect(seen.values).toHaveLength(1)
      })
      at(6_000, () => {
        broker.fault({ kind: 'refuse', payloadType: TRADER, errorCode: 'RET_ACCOUNT_DISABLED' })
        const refused = watch(trader(account), 5_000)
        at(1_000, () => {
          expect(refused.error).toMatchObject({ reason: 'Refused', errorCode: 'RET_ACCOUNT_DISABLED' })
        })
      })
    })
  })
})
