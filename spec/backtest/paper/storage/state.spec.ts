import { toPaperState } from '../../../../src/backtest/paper/storage/state'

describe('the state of a paper account', () => {
  it('has the terms of the account, and the usual ones where it has none', () => {
    const exchange = {} as never
    expect(toPaperState({ accountId: 7 } as never, exchange)).toMatchObject({
      accountId: 7,
      depositAsset: 'USD',
      moneyDigits: 2,
      accountType: 0,
      exchange,
    })
    const terms = { accountId: 7, depositAsset: 'EUR', moneyDigits: 3, accountType: 1 }
    expect(toPaperState(terms as never, exchange)).toMatchObject(terms)
  })
})
