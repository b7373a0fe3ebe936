import type { Credential } from '../../session/authentication/grants/credential'
import type { AccountOptions, ClientOptions } from '../../session/options'

type PlainAccount = AccountOptions & { readonly accessToken: string }

/** The options of a client and of its accounts, with their secrets as texts. */
export interface PlainOptions {
  readonly client: ClientOptions & { readonly clientSecret: string }
  readonly accounts: readonly PlainAccount[]
}

/** Gives each function a text of its own. */
export interface Texts {
  readonly client: (options: ClientOptions) => PlainOptions['client']
  readonly account: (options: AccountOptions) => PlainAccount
}

/**
 * A simulator must know the secrets of its application and accounts, and what a function will give it cannot know. So it
 * gets texts instead.
 */
export const plainTexts = (): Texts => {
  const functions: Credential[] = []
  const textOf = (given: Credential): string => {
    if (typeof given === 'string') return given
    if (!functions.includes(given)) functions.push(given)
    return `simulated-${functions.indexOf(given)}`
  }
  return {
    client: client => ({ ...client, clientSecret: textOf(client.clientSecret) }),
    account: account => ({ ...account, accessToken: textOf(account.accessToken) }),
  }
}
