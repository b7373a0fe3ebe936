import { PayloadType, createClient } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { firstValueFrom } from 'rxjs'
import { inVirtualTime } from '../support/virtualTime'

const redirectUri = 'http://localhost:8765/'
const wish = { clientId: 'demo', redirectUri, scope: 'trading', accountIds: [12345678] }
const application = { client_id: 'demo', client_secret: 'demo' }
const exchange = (code: string) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: redirectUri,
  ...application,
})

describe('a consent', () => {
  it('gives a code, and the code gives tokens for the accounts', async () => {
    const { connect, consent } = createSimulator()
    const answer = consent.tokens(exchange(consent.authorize({ ...wish, scope: 'accounts' })))
    expect(answer).toEqual({
      accessToken: 'access-1-1',
      tokenType: 'bearer',
      expiresIn: 2_628_000,
      refreshToken: 'refresh-1-1',
      errorCode: null,
      description: null,
    })
    const client = createClient({ connect, clientId: 'demo', clientSecret: 'demo', linger: 0 })
    const accounts$ = client.request(PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ, {
      accessToken: answer.accessToken ?? '',
    })
    expect(await firstValueFrom(accounts$)).toMatchObject({
      permissionScope: 0,
      ctidTraderAccount: [{ ctidTraderAccountId: 12345678 }],
    })
  })

  it('leaves the tokens of other consents as they are', () => {
    const { consent } = createSimulator()
    const [one, other] = [consent.authorize(wish), consent.authorize(wish)]
    expect(consent.tokens(exchange(one)).accessToken).not.toBe(consent.tokens(exchange(other)).accessToken)
  })

  it.each([
    ['a wrong secret', { client_secret: 'wrong' }, 'ACCESS_DENIED'],
    ['another application', { client_id: 'other', client_secret: 'other' }, 'INVALID_REQUEST'],
    ['another redirect URI', { redirect_uri: 'http://localhost:1/' }, 'INVALID_REQUEST'],
    ['an unknown code', { code: 'guessed' }, 'INVALID_REQUEST'],
    ['another grant type', { grant_type: 'password' }, 'INVALID_REQUEST'],
  ])('is not exchanged for %s', (_, wrong, errorCode) => {
    const { consent } = createSimulator({
      applications: [
        { clientId: 'demo', clientSecret: 'demo' },
        { clientId: 'other', clientSecret: 'other' },
      ],
    })
    const answer = consent.tokens({ ...exchange(consent.authorize(wish)), ...wrong })
    expect(answer.errorCode).toBe(errorCode)
    expect(answer.accessToken).toBeUndefined()
  })

  it('has a code that is good once', () => {
    const { consent } = createSimulator()
    const code = consent.authorize(wish)
    consent.tokens(exchange(code))
    expect(consent.tokens(exchange(code)).errorCode).toBe('INVALID_REQUEST')
  })

  it.each([
    [60_000, null],
    [60_001, 'INVALID_REQUEST'],
  ])('has a code that is good for a minute: after %d ms %j', (after, errorCode) => {
    inVirtualTime(({ at }) => {
      const { consent } = createSimulator()
      const code = consent.authorize(wish)
      at(after, () => {
        expect(consent.tokens(exchange(code)).errorCode).toBe(errorCode)
      })
    })
  })

  it('is asked for by a known application, with a redirect URI of its own', () => {
    const { consent } = createSimulator({
      applications: [
        { clientId: 'demo', clientSecret: 'demo' },
        { clientId: 'own', clientSecret: 'own', redirectUris: ['https://own.example/'] },
      ],
    })
    expect(consent.objection('demo', redirectUri)).toBeUndefined()
    expect(consent.objection('own', 'https://own.example/')).toBeUndefined()
    expect(consent.objection('own', redirectUri)).toMatch(/redirect_uri/)
    expect(consent.objection('demo', 'https://demo.example/')).toMatch(/redirect_uri/)
    expect(consent.objection('demo', undefined)).toMatch(/redirect_uri/)
    expect(consent.objection('none', redirectUri)).toMatch(/client_id/)
  })
})

describe('a refresh token', () => {
  it('gives a new pair at the token endpoint, once', () => {
    const { consent } = createSimulator()
    const query = { grant_type: 'refresh_token', refresh_token: 'demo-refresh', ...application }
    expect(consent.tokens(query)).toMatchObject({ accessToken: 'access-1-1', errorCode: null })
    expect(consent.tokens(query)).toMatchObject({ errorCode: 'ACCESS_DENIED' })
  })
})
