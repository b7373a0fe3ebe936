import type { AuthState, ConnectionState, Failure } from 'rx-ctrader'
import { settingsOf } from '../../src/session/options'
import { kinds } from '../../src/simulator/faults/fault'
import { limitsOf } from '../../src/simulator/limits'
import { likely } from '../../src/simulator/unknowns'
import { namesIn, rowsBelow } from './code'

const SIMULATOR = 'docs/simulator.md'
const RECONNECTING = 'docs/reconnecting.md'

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
    expect(tableBelow(SIMULATOR, 'What nobody knows')).toEqual(allWritten(likely))
  })

  it('lists every limit with its default', () => {
    expect(tableBelow(SIMULATOR, 'Limits')).toEqual(allWritten(limitsOf({})))
  })
})

describe('the guide to reconnecting', () => {
  it('lists the options with their defaults', () => {
    const given = { clientId: 'demo', clientSecret: 'demo', environment: 'demo' } as const
    const { clientId, clientSecret, connect, environment, log, nextId, presence, random, ...tuning } =
      settingsOf(given)
    expect({ clientId, clientSecret, environment }).toEqual(given)
    expect(connect).toBeDefined()
    const listed = tableBelow(RECONNECTING, 'Options')
    // Functions have no default that can be written down.
    for (const name of Object.keys({ log, nextId, presence, random })) expect(listed.delete(name)).toBe(true)
    expect(listed).toEqual(allWritten(tuning))
  })

  it('lists every reason of an error', () => {
    const reasons: Readonly<Record<Failure['reason'], true>> = {
      ConnectionLost: true,
      Refused: true,
      SessionEnded: true,
      ClientBlocked: true,
      GrantLost: true,
      TokensNotSaved: true,
      WrongEnvironment: true,
      Timeout: true,
      InvalidRequest: true,
      InvalidAnswer: true,
      NotSent: true,
      InvalidOrder: true,
      UnknownSymbol: true,
      NoConversion: true,
      InvalidOption: true,
    }
    expect([...tableBelow(RECONNECTING, 'Errors').keys()].sort()).toEqual(Object.keys(reasons).sort())
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
      failed: true,
    }
    expect([...tableBelow(RECONNECTING, 'States').keys()].sort()).toEqual(Object.keys(states).sort())
  })
})
