import { CTraderError, PayloadType, createClient } from 'rx-ctrader'
import { paper } from 'rx-ctrader/backtest'
import { NEVER } from 'rxjs'
import { formerSymbol, toListedSymbol } from '../../../src/backtest/paper/market/listed'
import { toRefusal } from '../../../src/backtest/paper/refusal'
import { paperAccount } from '../../../src/backtest/paper/terms'

const real = createClient({ connect: () => NEVER, clientId: 'demo', clientSecret: 'demo' }).account({
  accountId: 7,
  accessToken: 'demo',
})

describe('the settings of a paper account', () => {
  it.each<[string, unknown, unknown]>([
    ['account', undefined, {}],
    ['account', { accountId: 7 }, {}],
    ['balanc', real, { balanc: 1 }],
    ['balance', real, { balance: -1 }],
    ['balance', real, { balance: '10000' }],
    ['leverage', real, { leverage: Infinity }],
    ['leverage', real, { leverage: 0 }],
    ['seed', real, { seed: NaN }],
    ['fills.limits', real, { fills: { limits: 'maybe' } }],
    ['store', real, { store: { load: () => undefined } }],
    ['store', real, { store: { save: () => undefined } }],
  ])('name %s in an error', (option, account, options) => {
    expect(() => paper(account as never, options as never)).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option }) as Error,
    )
  })

  const assets = [
    { assetId: 1, name: 'USD' },
    { assetId: 2, name: 'EUR' },
  ]
  const trader = { ctidTraderAccountId: 7, balance: 5, depositAssetId: 2 }

  it('are those of the real account, where nothing else is said', () => {
    expect(
      paperAccount(7, { ...trader, moneyDigits: 3, leverageInCents: 5_000, swapFree: true }, assets, {}),
    ).toMatchObject({
      accountId: 7,
      depositAsset: 'EUR',
      moneyDigits: 3,
      leverage: 50,
      swapFree: true,
      balance: 10_000_000,
    })
  })

  it('have usual values, where the real account tells nothing', () => {
    const { accountId, moneyDigits, balance } = paperAccount(7, trader, assets, { balance: 100 })
    expect({ accountId, moneyDigits, balance }).toEqual({ accountId: 7, moneyDigits: 2, balance: 10_000 })
  })
})

describe('a refusal on paper', () => {
  it('is that of the real server', () => {
    const refused = {
      reason: 'Refused',
      errorCode: 'SERVER_IS_UNDER_MAINTENANCE',
      payloadType: PayloadType.PROTO_OA_TRADER_REQ,
    } as const
    expect(toRefusal(new CTraderError(refused))).toEqual({ errorCode: refused.errorCode, description: '' })
    expect(
      toRefusal(
        new CTraderError({ ...refused, description: 'later', retryAfter: 3, maintenanceEndTimestamp: 1_500 }),
      ),
    ).toEqual({
      errorCode: refused.errorCode,
      description: 'later',
      retryAfter: 3,
      maintenanceEndTimestamp: 2,
    })
  })

  it.each([
    [new Error('no line'), 'no line'],
    ['nothing', 'The server of the real account did not answer'],
  ])('says why there is no answer: %s', (error, description) => {
    expect(toRefusal(error)).toEqual({ errorCode: 'CANT_ROUTE_REQUEST', description })
  })
})

describe('a symbol on paper', () => {
  it('is limited by nothing that its broker leaves out', () => {
    expect(formerSymbol(9)).toEqual({
      light: { symbolId: 9, symbolName: '9', baseAssetId: 0, quoteAssetId: 0 },
      terms: {
        symbolId: 9,
        digits: 5,
        pipPosition: 4,
        lotSize: 10_000_000,
        minVolume: 1,
        stepVolume: 1,
        maxVolume: Number.MAX_SAFE_INTEGER,
        leverageId: -1,
      },
    })
  })

  it('has the terms of its broker', () => {
    const terms = {
      digits: 2,
      pipPosition: 1,
      lotSize: 100,
      minVolume: 2,
      stepVolume: 2,
      maxVolume: 8,
      leverageId: 3,
    }
    const names = { symbolId: 9, symbolName: 'XAUUSD', baseAssetId: 4, quoteAssetId: 1 }
    expect(toListedSymbol({ ...names, ...terms })).toMatchObject({ light: names, terms })
  })
})
