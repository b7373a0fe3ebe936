import { ProtoErrorCode, ProtoOAErrorCode } from 'rx-ctrader'
import type { AuthState, ConnectionState } from 'rx-ctrader'
import { errorMeaning } from '../../src/protocol/errorCodes'
import * as units from '../../src/protocol/units'
import { readSettings } from '../../src/session/options'
import { kinds } from '../../src/simulator/faults/fault'
import { readLimits } from '../../src/simulator/server/rateLimiter'
import { defaultUnknowns } from '../../src/simulator/model/unknowns'
import { blocksOf, namesIn, rowsBelow } from './code'
import { allFieldsOf, fieldsOf, textsOf, variantsOf } from './source'

const SIMULATOR = 'docs/simulator.md'
const RECONNECTING = 'docs/reconnecting.md'
const AUTHENTICATION = 'docs/authentication.md'
const ERRORS = 'docs/errors.md'
const UNITS = 'docs/units.md'
const ORDERS = 'docs/orders.md'

/** The second cells by the first. */
const tableBelow = (document: string, heading: string): Map<string, string> =>
  new Map(rowsBelow(document, heading).map(([name, value = '']) => [namesIn(name)[0] ?? '', value]))

/** A default as the tables have it: numbers with their thousands apart, texts in quotes. */
const written = (value: string | number | boolean | object): string => {
  switch (typeof value) {
    case 'number':
      return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ' ')
    case 'string':
      return `\`'${value}'\``
    case 'boolean':
      return String(value)
    default: {
      const entries = Object.entries(value) as [string, string | number][]
      return entries.map(([name, of]) => `${name} ${written(of)}`).join(', ') || '–'
    }
  }
}

const allWritten = (values: object): Map<string, string> =>
  new Map(
    Object.entries(values).map(([name, value]: [string, string | number | boolean | object]) => [
      name,
      written(value),
    ]),
  )

describe('the guide to the simulator', () => {
  it('lists every fault with its fields', () => {
    const fieldsOf = (kind: keyof typeof kinds): string[] => Object.keys(kinds[kind].fields).sort()
    const listed = rowsBelow(SIMULATOR, 'Faults').map(([kind, fields]): [string, string[]] => [
      namesIn(kind)[0] ?? '',
      [...namesIn(fields)].sort(),
    ])
    expect(Object.fromEntries(listed)).toEqual(
      Object.fromEntries((Object.keys(kinds) as (keyof typeof kinds)[]).map(kind => [kind, fieldsOf(kind)])),
    )
  })

  it('lists every unknown with its default', () => {
    expect(tableBelow(SIMULATOR, 'What is not known')).toEqual(allWritten(defaultUnknowns))
  })

  it('lists every limit with its default', () => {
    expect(tableBelow(SIMULATOR, 'Limits')).toEqual(allWritten(readLimits({})))
  })
})

describe('the guide to reconnecting', () => {
  it('lists the options with their defaults', () => {
    const given = { clientId: 'demo', clientSecret: 'demo', environment: 'demo' } as const
    const { clientId, clientSecret, connect, environment, feedOf, log, nextId, platform, random, ...tuning } =
      readSettings(given)
    expect({ clientId, clientSecret, environment }).toEqual(given)
    expect(connect).toBeDefined()
    const listed = tableBelow(RECONNECTING, 'Options')
    // What has to be given has no default, and functions have none that can be written down.
    for (const name of Object.keys({ ...given, connect, feedOf, log, nextId, platform, random }))
      expect(listed.delete(name)).toBe(true)
    expect(listed).toEqual(allWritten(tuning))
  })

  it('lists the options of an account, and which may be absent', () => {
    const listed = rowsBelow(RECONNECTING, 'Options of an account').map(
      ([option, needed]) => `${namesIn(option)[0] ?? ''}${needed === 'no' ? '?' : ''}`,
    )
    const fields = [
      ...fieldsOf('src/session/options.ts', 'AccountOptions'),
      ...fieldsOf('src/session/authentication/grants/tokens.ts', 'Tokens'),
      ...fieldsOf('src/session/authentication/grants/tokens.ts', 'GrantOptions'),
    ]
    expect(listed).toEqual([...new Set(fields)])
  })

  it('lists every state', () => {
    const states: Readonly<Record<(AuthState | ConnectionState)['status'], true>> = {
      idle: true,
      connecting: true,
      connected: true,
      authenticatingApp: true,
      authenticatingAccount: true,
      authenticated: true,
      reconnecting: true,
      loginRequired: true,
      failed: true,
    }
    expect([...tableBelow(RECONNECTING, 'States').keys()].sort()).toEqual(Object.keys(states).sort())
  })
})

describe('the guide to errors', () => {
  it('lists every reason with its fields', () => {
    const listed = rowsBelow(ERRORS, 'Reasons').map(
      ([reason, fields]) => [namesIn(reason)[0], namesIn(fields)] as const,
    )
    expect(new Map(listed)).toEqual(variantsOf('src/errors.ts', 'Failure', 'reason'))
  })

  it('sorts the codes of the server by what they mean to the client, and leaves out none of weight', () => {
    const published = Object.keys({ ...ProtoErrorCode, ...ProtoOAErrorCode })
    const meanings = textsOf('src/protocol/errorCodes.ts', 'ErrorMeaning')
    const rows = rowsBelow(ERRORS, 'What the server refuses')
    expect(rows.map(([meaning]) => namesIn(meaning)[0]).sort()).toEqual([...meanings].sort())
    for (const [cell, codes] of rows) {
      const [meaning = ''] = namesIn(cell)
      expect(namesIn(codes).map(code => [code, errorMeaning(code)])).toEqual(
        namesIn(codes).map(code => [code, meaning]),
      )
      const all = meaning === 'transient' ? [] : published.filter(code => errorMeaning(code) === meaning)
      expect(namesIn(codes)).toEqual(expect.arrayContaining(all))
    }
  })

  it('lists why a frame is no message, and what drifts', () => {
    const listed = rowsBelow(ERRORS, 'Frames that are no messages').map(([name]) => namesIn(name)[0])
    expect(listed).toEqual([
      ...textsOf('src/transport/frameErrors.ts', 'FrameError'),
      ...textsOf('src/protocol/codec/plan.ts', 'DriftKind'),
    ])
  })
})

describe('the guide to authentication', () => {
  it('lists the fields of credentials.json, and which may be absent', () => {
    const listed = rowsBelow(AUTHENTICATION, 'credentials.json').map(
      ([field, , needed]) => `${namesIn(field)[0] ?? ''}${needed === 'no' ? '?' : ''}`,
    )
    expect(listed).toEqual(fieldsOf('src/node/credentials.ts', 'Credentials'))
  })

  it('says failed of what the client takes for final, and of nothing else', () => {
    const reasons = new Map<string, string>([
      ['GrantLost', 'failed'],
      ['TokensNotSaved', 'reconnecting'],
      ['CredentialUnavailable', 'reconnecting'],
    ])
    const final: ReadonlySet<string> = new Set(['fatal', 'badToken', 'notRouted'])
    const states = rowsBelow(AUTHENTICATION, 'What goes wrong')
      .map(([seen, where]) => [namesIn(seen)[0] ?? '', namesIn(where)[0]] as const)
      .filter(([, where]) => where === 'failed' || where === 'reconnecting')
    expect(states.length).toBeGreaterThan(6)
    expect(states).toEqual(
      states.map(([seen]) => [
        seen,
        reasons.get(seen) ?? (final.has(errorMeaning(seen)) ? 'failed' : 'reconnecting'),
      ]),
    )
  })
})

describe('the guide to orders', () => {
  it.each([
    ['market', 'MarketOrder'],
    ['marketRange', 'MarketRangeOrder'],
    ['limit', 'LimitOrder'],
    ['stop', 'StopOrder'],
    ['stopLimit', 'StopLimitOrder'],
  ])('lists the fields of a %s order, and which may be absent', (type, name) => {
    const isOf = (cell = ''): boolean => cell === 'all' || namesIn(cell).includes(type)
    const listed = rowsBelow(ORDERS, 'The fields of an order').flatMap(([field, needing, having]) =>
      isOf(needing) ? namesIn(field) : isOf(having) ? namesIn(field).map(one => `${one}?`) : [],
    )
    expect(listed.sort()).toEqual([...allFieldsOf('src/orders/model/newOrder.ts', name)].sort())
  })

  it('lists every rule', () => {
    const listed = rowsBelow(ORDERS, 'Rules').flatMap(([rules]) => namesIn(rules))
    expect(listed.sort()).toEqual([...textsOf('src/errorFields.ts', 'OrderRule')].sort())
  })
})

describe('the guide to units', () => {
  it('has an example of every function', () => {
    const shown = blocksOf(UNITS, 'ts').join('')
    expect(Object.keys(units).filter(name => !shown.includes(`${name}(`))).toEqual([])
  })
})
