import { plainOptions } from '../../src/angular/credentials'

describe('the options of a client at a simulator', () => {
  const options = { connect: () => [], clientId: 'page' } as never as { readonly clientId: string }

  it('have the texts that were given', () => {
    const { client, accounts } = plainOptions({ ...options, clientSecret: 'secret' } as never, [
      { accountId: 1, accessToken: 'token' },
    ])
    expect([client.clientSecret, ...accounts.map(({ accessToken }) => accessToken)]).toEqual([
      'secret',
      'token',
    ])
  })

  it('have a text of its own for each function', () => {
    const [one, other] = [() => ['one'], () => ['other']]
    const { client, accounts } = plainOptions({ ...options, clientSecret: one } as never, [
      { accountId: 1, accessToken: other },
      { accountId: 2, accessToken: other },
      { accountId: 3, accessToken: one },
    ])
    const tokens = accounts.map(({ accessToken }) => accessToken)
    expect(tokens[0]).toBe(tokens[1])
    expect(tokens[2]).toBe(client.clientSecret)
    expect(tokens[0]).not.toBe(client.clientSecret)
    expect(tokens.every(token => token.startsWith('simulated-'))).toBe(true)
  })
})
