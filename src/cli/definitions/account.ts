import { define } from '../definition'
import type { SessionOptions } from '../definition'

/** The commands for accounts. */
export const accountDefinitions = [
  define<SessionOptions>({
    name: 'accounts',
    summary: 'list the accounts that the token gives access to',
    isSession: true,
    examples: [
      ['accounts', 'broker, login, demo or live, balance, scope'],
      ['accounts --json', 'the same as JSON'],
    ],
    load: async () => (await import('../account/accounts')).accounts,
  }),
]
