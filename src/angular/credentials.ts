import type { Credential } from '../session/authentication/credential'
import type { AccountOptions, ClientOptions } from '../session/options'

/** The options of a client and of its accounts, with their secrets as texts. */
export interface PlainOptions {
  readonly client: ClientOptions & { readonly clientSecret: string }
  readonly accounts: readonly (AccountOptions & { readonly accessToken: string })[]
}

/**
 * Gives each function a text of its own instead. A simulator must know the secrets of its application and accounts, and
 * what a function will give it cannot know.
 */
export const plainOptions = (client: ClientOptions, accounts: readonly AccountOptions[]): PlainOptions => {
  const functions: Credential[] = []
  const textOf = (given: Credential): string => {
    if (typeof given === 'string') return given
    if (!functions.includes(given)) functions.push(given)
    return `simulated-${functions.indexOf(given)}`
  }
  return {
    client: { ...client, clientSecret: textOf(client.clientSecret) },
    accounts: accounts.map(account => ({ ...account, accessToken: textOf(account.accessToken) })),
  }
}
