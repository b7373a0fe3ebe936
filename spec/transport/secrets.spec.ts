import * as fc from 'fast-check'
import { PayloadType, CTraderError } from 'rx-ctrader'
import { createSecrets } from '../../src/transport/secrets'

const TOKEN = 'a"c\\cess/é-token'
const knowing = (...tokens: readonly string[]) => {
  const secrets = createSecrets()
  for (const accessToken of tokens) secrets.remember({ accessToken })
  return secrets
}

describe('the secrets that a client knows', () => {
  it.each([
    ['as it is', TOKEN],
    ['as JSON has it', JSON.stringify(TOKEN).slice(1, -1)],
    ['as a URL has it', encodeURIComponent(TOKEN)],
    [
      'with each character escaped',
      TOKEN.split('')
        .map(c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .join(''),
    ],
    ['with its slash escaped', JSON.stringify(TOKEN).slice(1, -1).replace('/', '\\/')],
  ])('are taken out of a text: one %s (Secrets)', (_, form) => {
    expect(knowing(TOKEN).conceal(`bad ${form}.`)).toBe('bad [redacted].')
  })

  it('leave other text as it is, and what is short where it may be a word', () => {
    expect(knowing('demo').conceal('a demo "\\u0041" account')).toBe('a demo "\\u0041" account')
  })

  it('are taken out of a frame that breaks off in one (Secrets)', () => {
    const { concealFrame } = knowing('access-token-1')
    expect(concealFrame('{"payload":{"a":"access-token-1","b":"access-tok')).toBe(
      '{"payload":{"a":"[redacted]","b":"[redacted]',
    )
    expect(concealFrame('{"a":"acc')).toBe('{"a":"acc')
  })

  it('are not shown in part where a long frame is cut (Secrets)', () => {
    const { concealFrame } = knowing('access-token-1')
    for (const before of [65_520, 65_524, 65_528])
      expect(concealFrame(`${'x'.repeat(before)}access-token-1 and more`)).not.toContain('access-t')
  })

  it('are taken out of a message wherever they stand, names of fields included (Secrets)', () => {
    const { concealMessage } = knowing('access-token-1')
    const payload = {
      description: 'of access-token-1',
      'access-token-1': 1,
      list: [{ accessToken: 'other', refreshToken: ['x'], clientSecret: undefined }],
    }
    expect(
      concealMessage({
        payloadType: PayloadType.HEARTBEAT_EVENT,
        clientMsgId: 'access-token-1',
        payload,
      }),
    ).toEqual({
      payloadType: PayloadType.HEARTBEAT_EVENT,
      clientMsgId: '[redacted]',
      payload: {
        description: 'of [redacted]',
        '[redacted]': 1,
        list: [{ accessToken: '[redacted]', refreshToken: '[redacted]', clientSecret: undefined }],
      },
    })
  })

  it('are taken out of an error, its message included; another error stays what it is (Secrets)', () => {
    const { concealError } = knowing('access-token-1')
    const close = { code: 4000, reason: 'bad access-token-1', wasClean: true }
    const error = new CTraderError({ reason: 'ConnectionLost', sent: true, close, detail: 'access-token-1' })
    const safe = concealError(error)
    expect(JSON.stringify(safe)).not.toContain('access-token')
    expect(safe).toMatchObject({
      sent: true,
      close: { code: 4000, reason: 'bad [redacted]', wasClean: true },
    })
    const other = new CTraderError({ reason: 'ConnectionLost', sent: false, detail: 'Bye' })
    expect(concealError(other)).toBe(other)
  })

  it('are bounded in number: an old one is forgotten, one that is used again is not (B11)', () => {
    const secrets = knowing('client-secret-0')
    for (let n = 0; n < 5_000; n += 1) {
      secrets.remember({ accessToken: `access-token-${n}.` })
      secrets.remember({ clientSecret: 'client-secret-0' })
    }
    expect(secrets.conceal('client-secret-0 access-token-4999. access-token-1000. access-token-1.')).toBe(
      '[redacted] [redacted] [redacted] access-token-1.',
    )
  })

  it('are all kept for a thousand grants with two tokens each, and for their next ones', () => {
    const secrets = createSecrets()
    const tokens = Array.from({ length: 4_000 }, (_, n) => `token-${n}-of-a-grant`)
    for (const accessToken of tokens) secrets.remember({ accessToken })
    const missed = tokens.filter(
      token => !secrets.mayBeIn(`{"payload":{"description":"bad ${token}"}}`, false),
    )
    expect(missed).toEqual([])
    expect(tokens.filter((_, n) => n % 200 === 0).map(secrets.conceal)).toEqual(
      Array.from({ length: 20 }, () => '[redacted]'),
    )
  })

  it('are noticed in a frame wherever they stand, few or many, short or long, also after some were forgotten', () => {
    const token = fc.string({ unit: fc.constantFrom('a', 'b', '-', 'é'), minLength: 8, maxLength: 40 })
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '-', '"'), maxLength: 60 })
    fc.assert(
      fc.property(
        fc.array(token, { minLength: 1, maxLength: 60 }),
        fc.nat(),
        text,
        text,
        fc.nat({ max: 80 }),
        (tokens, which, before, after, others) => {
          const secrets = createSecrets()
          const known = tokens.slice(-32)
          for (const accessToken of tokens) secrets.rememberHeard({ accessToken })
          for (let n = 0; n < others; n += 1) secrets.rememberHeard({ accessToken: known[n % known.length] })
          const [secret = ''] = known.slice(which % known.length)
          expect(secrets.mayBeIn(`${before}${secret}${after}`, false)).toBe(true)
          const holds = known.some(one => before.includes(one))
          // What it does not notice has none. What it notices may have none, which costs a closer look.
          expect(secrets.mayBeIn(before, false) || !holds).toBe(true)
        },
      ),
      { numRuns: Number(process.env['SECRETS_RUNS'] ?? 200) },
    )
  })

  it('are not noticed in frames that have none, however many they are', () => {
    const secrets = createSecrets()
    for (let n = 0; n < 4_000; n += 1)
      secrets.remember({ accessToken: `${Math.imul(n, 2_654_435_761).toString(36)}-${n}-token` })
    const noticed = Array.from({ length: 1_000 }, (_, n) =>
      secrets.mayBeIn(
        `{"payloadType":2126,"payload":{"order":{"orderId":${n},"label":"strategy ${n}"}}}`,
        false,
      ),
    )
    expect(noticed.filter(Boolean).length).toBeLessThan(5)
  })

  it('are not looked for in errors that have none, so that thousands of accounts can reconnect at once', () => {
    const secrets = createSecrets()
    for (let n = 0; n < 4_000; n += 1) secrets.remember({ accessToken: `${n}-token-of-an-account` })
    const error = new CTraderError({ reason: 'ConnectionLost', sent: false, detail: 'the server is gone' })
    const replaceAll = jest.spyOn(String.prototype, 'replaceAll')
    expect(secrets.concealError(error)).toBe(error)
    expect(replaceAll).not.toHaveBeenCalled()
    replaceAll.mockRestore()
  })

  it('are not forgotten for what a server says unasked (G12)', () => {
    const secrets = knowing('access-token-1')
    for (let n = 0; n < 1_000; n += 1) secrets.rememberHeard({ accessToken: `heard-token-${n}.` })
    expect(secrets.conceal('access-token-1 heard-token-999. heard-token-1.')).toBe(
      '[redacted] [redacted] heard-token-1.',
    )
  })

  it('do not overflow the stack, however long one is or however deep it lies (G9)', () => {
    const secrets = createSecrets()
    const long = 'x\\"'.repeat(5_000_000)
    expect(secrets.concealFrame(`{"accessToken":"${long}"}`)).toBe('{"accessToken":"[redacted]"')
    let deep: unknown = 'access-token-1'
    for (let level = 0; level < 100_000; level += 1) deep = [deep]
    expect(() => {
      secrets.remember({ accessToken: long })
      secrets.remember(deep)
    }).not.toThrow()
  })
})
