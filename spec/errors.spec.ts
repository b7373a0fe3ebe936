import { inspect } from 'node:util'
import { PayloadType, CTraderError, isCTraderError } from 'rx-ctrader'
import type { Failure } from 'rx-ctrader'
import { asCTraderError, invalidOption } from '../src/errors'

const faults = [
  { path: 'payload.clientId', expected: 'string', actual: 'nothing' },
  { path: 'payload.clientSecret', expected: 'string', actual: 'number' },
]
const close = { code: 1000, reason: 'Bye', wasClean: true }

const failures: [Failure, message: string][] = [
  [{ reason: 'ConnectionLost', sent: false }, 'connection lost'],
  [{ reason: 'ConnectionLost', sent: true, close }, 'connection lost: closed with 1000 "Bye"'],
  [
    { reason: 'ConnectionLost', sent: true, close: { code: 1006, reason: '', wasClean: false } },
    'connection lost: closed with 1006',
  ],
  [
    { reason: 'ConnectionLost', sent: false, detail: 'connect ECONNREFUSED 127.0.0.1:5036' },
    'connection lost: connect ECONNREFUSED 127.0.0.1:5036',
  ],
  [
    { reason: 'ConnectionLost', sent: false, close, detail: 'idle' },
    'connection lost: closed with 1000 "Bye": idle',
  ],
  [
    {
      reason: 'Refused',
      payloadType: PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ,
      errorCode: 'CH_ACCESS_TOKEN_INVALID',
      description: 'Invalid access token',
    },
    'server responded with CH_ACCESS_TOKEN_INVALID: Invalid access token',
  ],
  [
    { reason: 'Refused', payloadType: PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ, errorCode: 'X' },
    'server responded with X',
  ],
  [
    {
      reason: 'Refused',
      payloadType: PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ,
      errorCode: 'X',
      description: '',
    },
    'server responded with X',
  ],
  [
    { reason: 'SessionEnded', payloadType: PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT },
    "the server ended the account's session",
  ],
  [
    {
      reason: 'SessionEnded',
      payloadType: PayloadType.PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
      detail: 'token revoked',
    },
    "the server ended the account's session: token revoked",
  ],
  [
    { reason: 'Timeout', payloadType: PayloadType.PROTO_OA_VERSION_REQ, after: 10_000, sent: true },
    'no answer to 2104 within 10000 ms',
  ],
  [
    { reason: 'Timeout', payloadType: PayloadType.PROTO_OA_VERSION_REQ, after: 10_000, sent: false },
    'no line for 2104 within 10000 ms',
  ],
  [
    { reason: 'InvalidRequest', payloadType: PayloadType.PROTO_OA_APPLICATION_AUTH_REQ, faults },
    'request 2100 was not sent: payload.clientId: expected string, got nothing; payload.clientSecret: expected string, got number',
  ],
  [
    { reason: 'InvalidAnswer', payloadType: PayloadType.PROTO_OA_VERSION_REQ, faults: faults.slice(0, 1) },
    'the answer to 2104 could not be decoded: payload.clientId: expected string, got nothing',
  ],
  [
    {
      reason: 'InvalidOrder',
      rule: 'length',
      field: 'label',
      value: 'x'.repeat(200),
      nearest: 'x'.repeat(100),
      detail: 'is longer than 100 characters',
    },
    `label ${'x'.repeat(60)}… is longer than 100 characters; the nearest is ${'x'.repeat(60)}…`,
  ],
  [{ reason: 'NoConversion', from: 'JPY', to: 7 }, 'no symbols lead from asset JPY to asset 7'],
  [{ reason: 'InvalidOption', option: 'url', detail: 'is not a URL' }, 'url is not a URL'],
]

describe('CTraderError', () => {
  it.each(failures)('of %j says what happened', (failure, message) => {
    const error = new CTraderError(failure)
    expect(error.message).toBe(message)
    expect(String(error)).toBe(`CTraderError: ${message}`)
  })

  it.each(failures)('of %j has its fields, also as JSON', (failure, message) => {
    const error = new CTraderError(failure)
    expect(error).toMatchObject(failure)
    expect(JSON.parse(JSON.stringify({ error }))).toEqual({
      error: { name: 'CTraderError', message, ...failure },
    })
    expect(error.toJSON()).toEqual({ name: 'CTraderError', message, ...failure })
  })

  it('is an Error with a stack', () => {
    const error = new CTraderError({ reason: 'ConnectionLost', sent: false })
    expect(error).toBeInstanceOf(Error)
    expect(error).toBeInstanceOf(CTraderError)
    expect(error.stack).toContain('errors.spec')
  })

  it('is shown by its own name', () => {
    const error = new CTraderError({ reason: 'ConnectionLost', sent: false })
    expect(error.name).toBe('CTraderError')
    expect(inspect(error)).toMatch(/^CTraderError: connection lost\n/)
  })

  it('has the fields of its reason, once that is known', () => {
    const errorCodeOf = (error: CTraderError): string => {
      // @ts-expect-error: only a refusal has an error code
      const unasked: unknown = error.errorCode
      return error.reason === 'Refused' ? error.errorCode : `none, ${String(unasked)}`
    }
    expect(errorCodeOf(new CTraderError({ reason: 'Refused', payloadType: 1, errorCode: 'X' }))).toBe('X')
    expect(errorCodeOf(new CTraderError({ reason: 'ConnectionLost', sent: false }))).toBe('none, undefined')
  })
})

describe('isCTraderError', () => {
  it.each([
    undefined,
    null,
    'ConnectionLost',
    new Error('ConnectionLost'),
    { reason: 'ConnectionLost', sent: false },
  ])('does not take %p for one', other => {
    expect(isCTraderError(other)).toBe(false)
  })

  it('knows its own', () => {
    expect(isCTraderError(invalidOption('url', 'is not a URL'))).toBe(true)
  })
})

describe('asCTraderError', () => {
  it('gives back an error of ours itself', () => {
    const error = invalidOption('url', 'is not a URL')
    expect(asCTraderError(error)).toBe(error)
  })

  it.each([
    [new TypeError('fetch failed'), 'fetch failed'],
    ['gone', 'gone'],
    [undefined, 'for an unknown reason'],
    [Symbol('gone'), 'for an unknown reason'],
    [new Event('error'), 'for an unknown reason'],
  ])('makes a lost line of %p', (foreign, detail) => {
    const error = asCTraderError(foreign)
    expect(error).toBeInstanceOf(CTraderError)
    expect(error).toMatchObject({ reason: 'ConnectionLost', sent: false, detail })
    expect(error.message).toBe(`connection lost: ${detail}`)
  })

  it('makes a lost line also of what has no text', () => {
    expect(asCTraderError(Object.create(null))).toMatchObject({ reason: 'ConnectionLost', sent: false })
  })
})

describe('invalidOption', () => {
  it('names the option', () => {
    expect(invalidOption('url', 'is not a URL')).toMatchObject({
      reason: 'InvalidOption',
      option: 'url',
      detail: 'is not a URL',
    })
  })
})

describe('an error of another copy of the package', () => {
  it('is one of ours: also by instanceof, and not of a class of the user (C6)', () => {
    class Mine extends (CTraderError as unknown as new (failure: Failure) => Error) {}
    let copy: typeof CTraderError = CTraderError
    jest.isolateModules(() => {
      ;({ CTraderError: copy } = jest.requireActual<{ CTraderError: typeof CTraderError }>('../src/errors'))
    })
    const error = new copy({ reason: 'ConnectionLost', sent: false })
    expect(copy).not.toBe(CTraderError)
    expect([isCTraderError(error), error instanceof CTraderError, error instanceof Mine]).toEqual([
      true,
      true,
      false,
    ])
    expect(asCTraderError(error)).toBe(error)
    expect(new Mine({ reason: 'ConnectionLost', sent: false })).toBeInstanceOf(Mine)
    for (const other of [new Error('x'), undefined, null, 'x', {}]) expect(isCTraderError(other)).toBe(false)
  })
})

describe('the message of an error', () => {
  it('is short, however long the names in it are (G12)', () => {
    const long = 'x'.repeat(1_000_000)
    const faults = Array.from({ length: 1_000 }, () => ({ path: long, expected: 'a', actual: long }))
    for (const error of [
      new CTraderError({ reason: 'UnknownSymbol', symbol: long, nearest: [long, long, long] }),
      new CTraderError({ reason: 'NoConversion', from: long, to: long }),
      new CTraderError({ reason: 'InvalidOption', option: long, detail: 'is wrong' }),
      new CTraderError({ reason: 'InvalidRequest', payloadType: PayloadType.PROTO_OA_NEW_ORDER_REQ, faults }),
    ])
      expect(error.message.length).toBeLessThan(10_000)
  })
})
