import * as rxCtrader from 'rx-ctrader'
import { table } from '../../src/protocol/table'
import { examples, faultsOf, fieldDoc, publicNames } from './docstrings'

describe('the examples in the docstrings', () => {
  it('are there', () => {
    expect(examples.length).toBeGreaterThan(80)
  })

  it.each(examples.map(example => [example.where, example] as const))('at %s compile', (_, example) => {
    expect(faultsOf(example)).toEqual([])
  })
})

describe('what a docstring says that a call is', () => {
  const evaluated = (expression: string): unknown =>
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    (new Function(...Object.keys(rxCtrader), `return (${expression})`) as (...values: unknown[]) => unknown)(
      ...Object.values(rxCtrader),
    )

  const claims = publicNames.flatMap(({ doc }) =>
    [...doc.replaceAll('\n', ' ').matchAll(/`(\w+\([^`]*\))` is `([^`]+)`/g)].map(
      ([, call = '', value = '']) => [call, value],
    ),
  )

  it('is there', () => {
    expect(claims.length).toBeGreaterThan(10)
  })

  it.each(claims)('%s is %s', (call, value) => {
    expect(evaluated(call)).toEqual(evaluated(value))
  })
})

describe('the docstring', () => {
  it.each(publicNames.map(({ name, doc }) => [name, doc]))('of %s is there', (_, doc) => {
    expect(doc).not.toBe('')
  })

  const functions = publicNames.filter(({ returns }) => returns !== undefined)

  it.each(functions.map(({ name, doc }) => [name, doc]))('of %s has an example', (name, doc) => {
    expect(doc).toMatch(new RegExp(`\`\`\`ts|\`[^\`]*${name}\\(`))
  })

  const streams = functions.filter(({ returns = '' }) =>
    /^(Observable|OperatorFunction|MonoTypeOperator)/.test(returns),
  )

  it.each(streams.map(({ name, doc }) => [name, doc]))('of %s says when it ends', (_, doc) => {
    expect(doc).toMatch(/[Cc]omplete|[Nn]ever ends|[Ee]rrors/)
  })

  /** What is of no message of its own. */
  const ofNone = [
    'live',
    'conflate',
    'ofType',
    'withStaleness',
    'toCandles',
    'record',
    'serveGateway',
    'serveSimulator',
  ]

  it.each(streams.filter(({ name }) => !ofNone.includes(name)).map(({ name, doc }) => [name, doc]))(
    'of %s names the official message it rests on',
    (_, doc) => {
      expect(doc).toMatch(/ProtoOA\w+|\b2[01]\d\d\b/)
    },
  )

  const messages = Object.entries(table).map(([payloadType, row]) => ({ payloadType, ...row }))
  const docOf = (name: string): string => publicNames.find(known => known.name === name)?.doc ?? ''

  it.each(messages.map(({ payloadType, codec: { name } }) => [name, payloadType]))(
    'of %s says that it is payload type %s',
    (name, payloadType) => {
      expect(docOf(name)).toMatch(new RegExp(`Payload type ${payloadType}\\b`))
    },
  )

  it.each(
    messages.flatMap(row =>
      'answeredBy' in row ? row.answeredBy.map(answer => [row.codec.name, table[answer].codec.name]) : [],
    ),
  )('of %s says that %s answers it', (name, answer) => {
    expect(docOf(name)).toMatch(new RegExp(`answered by (\\{@link |\`)${answer}\\b`))
  })
})

describe('the fields of messages', () => {
  it.each([
    ['ProtoOASpotEvent', 'bid', '1/100000 of price'],
    ['ProtoOATradeData', 'volume', 'cents of a unit'],
    ['ProtoOATrader', 'balance', '10^-moneyDigits'],
    ['ProtoOATrendbar', 'utcTimestampInMinutes', 'minutes since the epoch'],
    ['ProtoOAErrorRes', 'maintenanceEndTimestamp', 'seconds since the epoch'],
  ])('say their units where they are used: %s.%s', (message, field, unit) => {
    expect(fieldDoc(message, field)).toContain(unit)
  })
})
