import type { Credential } from 'rx-ctrader'
import { plainTexts } from '../../src/angular/features/credentials'

describe('the secrets at a simulator', () => {
  const options = { connect: () => [], clientId: 'page' } as never as { readonly clientId: string }
  const texts = (clientSecret: Credential, ...tokens: readonly Credential[]): readonly string[] => {
    const { account, client } = plainTexts()
    const accounts = tokens.map((accessToken, index) => account({ accountId: index + 1, accessToken }))
    return [
      client({ ...options, clientSecret } as never).clientSecret,
      ...accounts.map(one => one.accessToken),
    ]
  }

  it('are the texts that were given', () => {
    expect(texts('secret', 'token')).toEqual(['secret', 'token'])
  })

  it('are a text of its own for each function', () => {
    const [one, other] = [() => ['one'], () => ['other']]
    const [secret, ...tokens] = texts(one, other, other, one)
    expect(tokens[0]).toBe(tokens[1])
    expect(tokens[2]).toBe(secret)
    expect(tokens[0]).not.toBe(secret)
    expect(tokens.every(token => token.startsWith('simulated-'))).toBe(true)
  })
})
