import { concat, endWith, ignoreElements, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType, ProtoOAAccessRights, ProtoOAClientPermissionScope, lots } from 'rx-ctrader'
import type { Account, NewOrder } from 'rx-ctrader'
import type { SimulatorOptions } from 'rx-ctrader/simulator'
import { validateNewOrder } from '../../../src/orders/validation/validateNewOrder'
import { checkRights } from '../../../src/orders/validation/checkNewOrder'
import { requestRights } from '../../../src/orders/validation/rights'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'

const TRADER = PayloadType.PROTO_OA_TRADER_REQ
const ACCOUNTS = PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ
const SYMBOLS = PayloadType.PROTO_OA_SYMBOLS_LIST_REQ
const SYMBOL = PayloadType.PROTO_OA_SYMBOL_BY_ID_REQ

const plain = { accountId: ACCOUNT, isLive: false, traderLogin: 1, brokerTitleShort: 'Simulator' }
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
const having = (accessRights: ProtoOAAccessRights): SimulatorOptions => ({
  accounts: [{ ...plain, accessRights }],
})

const buy: NewOrder = { symbol: 'EURUSD', side: 'buy', type: 'market', volume: lots(0.1) }

describe('account.canTrade$', () => {
  it.each([
    ['trading', {}, true],
    ['viewing only', viewing, false],
  ])('emits once whether orders may be sent, and is asked for once: %s', (_, options, canTrade) => {
    scene(({ account, asked, at, watch }) => {
      const seen = [watch(account.canTrade$), watch(account.canTrade$)]
      at(5_000, () => {
        for (const one of seen) expect(one).toMatchObject({ values: [canTrade], completed: true })
        expect(asked()).toEqual([ACCOUNTS])
      })
    }, options)
  })
})

/** Completes if the account may close, cancel or amend. */
const mayTrade = (account: Account): Observable<never> =>
  requestRights(account).pipe(
    tap(({ trader }) => {
      if (trader) checkRights(trader, true)
    }),
    ignoreElements(),
  )

describe('the rights of an account', () => {
  it('completes where trading is permitted, and asks for each thing once in a session', () => {
    scene(({ account, asked, at, watch }) => {
      const seen = [watch(mayTrade(account)), watch(mayTrade(account))]
      at(5_000, () => {
        expect(seen).toMatchObject([
          { values: [], completed: true },
          { values: [], completed: true },
        ])
        expect(asked().sort()).toEqual([TRADER, ACCOUNTS])
        expect(watch(mayTrade(account)).completed).toBe(true)
        expect(asked()).toEqual([])
      })
    })
  })

  it('asks for the rights again in the next session, and for the token no more', () => {
    scene(({ account, asked, at, broker, watch }) => {
      watch(mayTrade(account))
      at(5_000, () => {
        asked()
        broker.drop()
      })
      at(20_000, () => {
        watch(mayTrade(account))
      })
      at(25_000, () => {
        expect(asked()).toEqual([TRADER])
      })
    })
  })

  it('errors where the token permits viewing only', () => {
    scene(({ account, at, watch }) => {
      const seen = watch(mayTrade(account))
      at(5_000, () => {
        expect(seen.error).toMatchObject({
          reason: 'InvalidOrder',
          rule: 'permissionScope',
          field: 'permissionScope',
          value: 'SCOPE_VIEW',
          nearest: 'SCOPE_TRADE',
        })
      })
    }, viewing)
  })

  it('errors where the account has no right to trade, and lets close what may only be closed', () => {
    for (const right of [ProtoOAAccessRights.NO_TRADING, ProtoOAAccessRights.NO_LOGIN])
      scene(({ account, at, watch }) => {
        const seen = watch(mayTrade(account))
        at(5_000, () => {
          expect(seen.error).toMatchObject({ reason: 'InvalidOrder', rule: 'accessRights' })
        })
      }, having(right))
    scene(({ account, at, watch }) => {
      const [closing, opening] = [watch(mayTrade(account)), watch(validateNewOrder(account, buy))]
      at(5_000, () => {
        expect(closing).toMatchObject({ error: undefined, completed: true })
        expect(opening.error).toMatchObject({ rule: 'accessRights', value: 'CLOSE_ONLY' })
      })
    }, having(ProtoOAAccessRights.CLOSE_ONLY))
  })

  it('goes by the rights as they are now', () => {
    scene(({ account, at, broker, watch }) => {
      watch(mayTrade(account))
      at(5_000, () => {
        broker.trade((exchange, time) => {
          exchange.change(ACCOUNT, { accessRights: ProtoOAAccessRights.NO_TRADING }, time)
        })
      })
      at(6_000, () => {
        const seen = watch(mayTrade(account))
        at(1_000, () => {
          expect(seen.error).toMatchObject({ rule: 'accessRights', value: 'NO_TRADING' })
        })
      })
    })
  })

  it('errors where the account is of the other environment', () => {
    // Such as a gateway that serves both.
    scene(
      ({ account, at, watch }) => {
        const seen = watch(mayTrade(account))
        at(5_000, () => {
          expect(seen.error).toMatchObject({
            reason: 'WrongEnvironment',
            accountId: ACCOUNT,
            environment: 'live',
          })
        })
      },
      {},
      { environment: 'live' },
    )
    scene(
      ({ account, at, watch }) => {
        const seen = watch(mayTrade(account))
        at(5_000, () => {
          expect(seen.completed).toBe(true)
        })
      },
      {},
      { environment: 'demo' },
    )
  })

  it('keeps nothing back because the server would not tell now, and asks again next time', () => {
    scene(({ account, asked, at, broker, watch }) => {
      for (const payloadType of [TRADER, ACCOUNTS])
        broker.fault({ kind: 'refuse', payloadType, errorCode: 'UNKNOWN_ERROR' })
      const seen = watch(mayTrade(account))
      at(5_000, () => {
        expect(seen).toMatchObject({ error: undefined, completed: true })
        asked()
        watch(mayTrade(account))
        expect(asked().sort()).toEqual([TRADER, ACCOUNTS])
      })
    })
  })

  it('keeps back what could go to the wrong environment where that cannot be found out', () => {
    scene(
      ({ account, at, broker, watch }) => {
        broker.fault({ kind: 'refuse', payloadType: ACCOUNTS, errorCode: 'UNKNOWN_ERROR' })
        const seen = watch(mayTrade(account))
        at(5_000, () => {
          expect(seen.error).toMatchObject({ reason: 'Refused', errorCode: 'UNKNOWN_ERROR' })
        })
      },
      {},
      { environment: 'demo' },
    )
  })
})

describe('checked', () => {
  const EURUSD = { symbolId: 1, volume: 1_000_000 }

  it('asks for all it needs in as few turns as there can be, once', () => {
    scene(({ account, asked, at, watch }) => {
      const authenticated$ = watch(account.accountAuth$)
      const seen = watch(validateNewOrder(account, buy))
      at(5_000, () => {
        expect(seen).toMatchObject({ values: [EURUSD], completed: true })
        // The list with the rest, and then the terms: 20 ms there and back.
        const [[authenticated] = [NaN]] = authenticated$.timed
        expect(seen.timed.map(([ms]) => ms - authenticated)).toEqual([40])
        expect(asked().sort()).toEqual([SYMBOLS, SYMBOL, TRADER, ACCOUNTS].sort())
        const later = watch(validateNewOrder(account, { ...buy, symbol: 1 }))
        expect(later).toMatchObject({ values: [EURUSD], completed: true })
        expect(asked()).toEqual([])
      })
    })
  })

  it('errors with what is wrong, and sends no order', () => {
    scene(({ account, asked, at, watch }) => {
      const wrong = [
        watch(validateNewOrder(account, { ...buy, volume: lots(0.013) })),
        watch(validateNewOrder(account, { ...buy, symbol: 'EURUDS' })),
        watch(validateNewOrder(account, { ...buy, symbol: 'TSLA.US', volume: lots(1) })),
      ]
      at(5_000, () => {
        expect(wrong.map(({ error }) => error)).toMatchObject([
          { reason: 'InvalidOrder', rule: 'stepVolume' },
          { reason: 'UnknownSymbol', symbol: 'EURUDS' },
          { reason: 'InvalidOrder', rule: 'tradingMode', value: 'TSLA.US' },
        ])
        expect(asked()).not.toContain(PayloadType.PROTO_OA_NEW_ORDER_REQ)
      })
    })
  })

  it('goes by our clock where that can be right', () => {
    const share: NewOrder = { symbol: 'AAPL.US', side: 'buy', type: 'market', volume: lots(1) }
    // In virtual time it is 1970: before the account was opened.
    scene(({ account, at, watch }) => {
      const seen = watch(validateNewOrder(account, share))
      at(5_000, () => {
        expect(seen.values).toHaveLength(1)
      })
    })
    scene(({ account, at, broker, watch }) => {
      broker.fault({ kind: 'refuse', payloadType: TRADER, errorCode: 'UNKNOWN_ERROR' })
      const seen = watch(validateNewOrder(account, share))
      at(5_000, () => {
        // Of an account that would not tell when it was opened, the clock is believed: 19:00 in New York.
        expect(seen.error).toMatchObject({
          reason: 'InvalidOrder',
          rule: 'schedule',
          field: 'time',
          nearest: '1970-01-01T14:30:00.000Z',
        })
      })
    })
  })

  it('waits for a line, and errors with the account', () => {
    scene(({ at, client, watch }) => {
      const stranger: Account = client.account({ accountId: ACCOUNT, accessToken: 'wrong' })
      const seen = watch(concat(validateNewOrder(stranger, buy), mayTrade(stranger)).pipe(endWith('end')))
      at(5_000, () => {
        expect(seen.values).toEqual([])
        expect(seen.error).toMatchObject({ reason: 'Refused', errorCode: 'CH_ACCESS_TOKEN_INVALID' })
      })
    })
  })
})
