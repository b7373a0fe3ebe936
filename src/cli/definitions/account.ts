import type { LoginOptions } from '../access/login'
import type { DealsOptions } from '../account/deals'
import type { WatchOptions } from '../account/tableCommand'
import { define } from '../definition'
import type { Flag, SessionOptions } from '../definition'
import type { LiveOptions } from '../market/live'
import { choice, positiveNumber, someText, time, wholeNumber } from '../read'

const watching: readonly Flag[] = [{ flags: '--watch', text: 'show it again with each change' }]

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
  define<LiveOptions>({
    name: 'watch',
    args: '[symbols...]',
    summary: 'show quotes, positions and equity on one screen',
    isSession: true,
    flags: [
      { flags: '--count <n>', text: 'end after so many', read: wholeNumber(1) },
      { flags: '--seconds <n>', text: 'end after so many seconds', read: positiveNumber },
    ],
    examples: [
      ['watch', 'with the usual symbols'],
      ['watch EURUSD XAUUSD', 'with these'],
    ],
    load: async () => (await import('../account/watch')).watch,
  }),
  define<WatchOptions>({
    name: 'positions',
    summary: 'list the open positions with their profit',
    isSession: true,
    flags: watching,
    examples: [
      ['positions', 'as they are now'],
      ['positions --watch', 'in place, with each change'],
    ],
    load: async () => (await import('../account/positions')).positions,
  }),
  define<WatchOptions>({
    name: 'orders',
    summary: 'list the pending orders',
    isSession: true,
    flags: watching,
    examples: [
      ['orders', 'as they are now'],
      ['orders --json', 'the same as JSON'],
    ],
    load: async () => (await import('../account/orders')).orders,
  }),
  define<WatchOptions>({
    name: 'pnl',
    summary: 'show profit, equity and margin of the account',
    isSession: true,
    flags: watching,
    examples: [
      ['pnl', 'as it is now'],
      ['pnl --watch', 'in place, with each quote'],
    ],
    load: async () => (await import('../account/pnl')).pnl,
  }),
  define<DealsOptions>({
    name: 'deals',
    summary: 'list the deals of the last week, or of another time',
    isSession: true,
    flags: [
      { flags: '--from <time>', text: 'begin at this time, in UTC (a week ago)', read: time },
      { flags: '--to <time>', text: 'end at this time (now)', read: time },
      ...watching,
    ],
    examples: [
      ['deals', 'of the last week'],
      ['deals --from 2031-01-01 --json', 'since then, as JSON'],
    ],
    load: async () => (await import('../account/deals')).deals,
  }),
]
