import type { LoginOptions } from '../access/login'
import { define } from '../definition'
import type { SessionOptions } from '../definition'
import { choice, someText, wholeNumber } from '../read'

const scope = choice(['trading', 'accounts'])

/** The commands for accounts. */
export const accountDefinitions = [
  define<LoginOptions>({
    name: 'login',
    summary: 'ask for access to your accounts in the browser, and write credentials.json',
    isSession: true,
    flags: [
      { flags: '--client-id <id>', text: 'the id of your application, else it is asked for', read: someText },
      {
        flags: '--scope <scope>',
        text: 'ask for trading, or for accounts: viewing only (trading)',
        read: scope,
      },
      { flags: '--no-browser', text: 'show the address of the page, and ask for the address it leads to' },
      {
        flags: '--port <n>',
        text: 'wait for the answer at http://localhost:<n>/ (8765)',
        read: wholeNumber(1, 65_535),
      },
      { flags: '--redirect-uri <url>', text: 'wait at this address, which the application has' },
      { flags: '--auth-url <url>', text: "use another consent page than cTrader's" },
      { flags: '--token-url <url>', text: "use another token endpoint than cTrader's" },
    ],
    examples: [
      ['login', 'asks for the id and the secret of your application, then opens the page'],
      ['login --no-browser --scope accounts', 'on a machine without a browser, for viewing only'],
    ],
    load: async () => (await import('../access/login')).login,
  }),
  define<SessionOptions>({
    name: 'doctor',
    summary: 'check the network, the credentials, the account and its quotes; say what to do',
    isSession: true,
    examples: [
      ['doctor', 'a line for each check; 1 if one failed'],
      ['doctor --json', 'the same as JSON'],
    ],
    load: async () => (await import('../access/doctor')).doctor,
  }),
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
