import { equityCsv, resultJson, runsCsv, tradesCsv } from 'rx-ctrader/backtest'
import { result, sweepResult, trade } from '../../node/report/support'

describe('a result as CSV', () => {
  it('has a row for each trade, by the names of its fields', async () => {
    expect((await tradesCsv(result)).split('\n')).toEqual([
      'positionId,symbol,side,volume,entryTime,entryPrice,exitTime,exitPrice,stopLoss,takeProfit,gross,commission,swap,conversionFee,net,mae,mfe,reason',
      '1,EURUSD,buy,10000,2025-01-06T10:00:00.000Z,1.1,2025-01-06T11:00:00.000Z,1.105,1.098,1.105,50,0,0,0,50,-1,51,takeProfit',
      '1,EURUSD,sell,10000,2025-01-06T12:00:00.000Z,1.105,2025-01-06T13:00:00.000Z,1.106,,,-10,0,0,0,-10,-10,0,closed',
      '',
    ])
  })

  it('has every field of a trade', async () => {
    const [head = ''] = (await tradesCsv(result)).split('\n')
    expect(head.split(',').sort()).toEqual(Object.keys(trade).sort())
  })

  it('keeps a name with a comma in its cell, and from being a formula', async () => {
    const trades = ['A,"B"', '=1+1'].map(symbol => ({ ...trade, symbol }))
    const cells = (await tradesCsv({ trades })).split('\n').slice(1, 3)
    expect(cells.map(row => row.slice(0, 14))).toEqual(['1,"A,""B""",bu', `1,"'=1+1",buy,`])
  })

  it('has the equity', async () => {
    const [, first, second] = (await equityCsv(result)).split('\n')
    expect([first, second]).toEqual([
      '2025-01-06T10:00:00.000Z,10000,10000',
      '2025-01-06T11:00:00.000Z,10000,10010',
    ])
  })

  it('has the runs of a sweep, with their parameters and figures', async () => {
    const [head, best] = (await runsCsv(sweepResult)).split('\n')
    expect(head).toBe(
      'fast,slow,net,costs,cagr,maxDrawdown,maxDrawdownPart,maxDrawdownDuration,sharpe,sortino,trades,winRate,profitFactor,expectancy,exposure,tradesPerDay,unclearExits',
    )
    expect(best).toBe('3,20,1234.5,-12.3,0.1,250,0.125,172800000,,1.5,2,0.5,Infinity,20,0.4,1.2,0')
  })

  it('writes what is neither a number nor a text as JSON', async () => {
    const [first] = sweepResult.runs
    const runs = first ? [{ ...first, params: { hours: [8, 9], fast: 3 } }] : []
    const [, row = ''] = (await runsCsv({ params: { hours: [[8, 9]], fast: [3] }, runs })).split('\n')
    expect(row).toMatch(/^"\[8,9\]",3,1234.5,/)
  })
})

describe('a result as JSON', () => {
  it('has the fields of the result', () => {
    const parsed = JSON.parse(resultJson(result)) as typeof result
    expect(parsed.trades).toEqual(result.trades)
    expect(parsed.equity).toEqual(result.equity)
    expect(Object.keys(parsed)).toEqual(Object.keys(result))
  })

  it('has null for what cannot be computed, and a text for what is infinite', () => {
    const { statistics } = JSON.parse(resultJson(result)) as { statistics: Record<string, unknown> }
    expect([statistics['sharpe'], statistics['profitFactor'], statistics['net']]).toEqual([
      null,
      'Infinity',
      1_234.5,
    ])
    const sweep = JSON.parse(resultJson(sweepResult)) as typeof sweepResult
    expect(sweep.best.params).toEqual({ fast: 3, slow: 20 })
  })
})
