import { define } from '../definition'
import type { Flag, SessionOptions } from '../definition'
import type { LiveOptions } from '../market/live'
import type { CandlesOptions } from '../market/candles'
import type { DepthOptions } from '../market/depth'
import { positiveNumber, wholeNumber } from '../read'

/** The options of commands that go on until they are ended. */
const live: readonly Flag[] = [
  { flags: '--count <n>', text: 'end after so many', read: wholeNumber(1) },
  { flags: '--seconds <n>', text: 'end after so many seconds', read: positiveNumber },
]

/** The commands for market data. */
export const marketDefinitions = [
  define<SessionOptions>({
    name: 'symbols',
    args: '[query]',
    summary: 'list the symbols of the account, or those with a text in their name or description',
    isSession: true,
    examples: [
      ['symbols', 'all of them'],
      ['symbols eur', 'those with EUR'],
    ],
    load: async () => (await import('../market/symbols')).symbols,
  }),
  define<SessionOptions>({
    name: 'symbol',
    args: '<name>',
    summary: 'show the terms of a symbol: digits, volumes, swaps, hours',
    isSession: true,
    examples: [
      ['symbol EURUSD', 'by its name'],
      ['symbol 1 --json', 'by its id, with all fields'],
    ],
    load: async () => (await import('../market/symbol')).symbol,
  }),
  define<LiveOptions>({
    name: 'quotes',
    args: '<symbols...>',
    summary: 'show live quotes',
    isSession: true,
    flags: live,
    examples: [
      ['quotes EURUSD XAUUSD', 'in place on a terminal, else a line for each change'],
      ['quotes EURUSD --count 1 --json', 'the current quote as JSON'],
    ],
    load: async () => (await import('../market/quotes')).quotes,
  }),
  define<CandlesOptions>({
    name: 'candles',
    args: '<symbol> <period>',
    summary: 'show live bars',
    isSession: true,
    flags: [
      { flags: '--history <n>', text: 'begin with so many closed bars (10)', read: wholeNumber(0, 100_000) },
      ...live,
    ],
    examples: [
      ['candles EURUSD M1', 'the last bars, and the one that forms'],
      ['candles XAUUSD H4 --history 100', 'with a hundred closed ones first'],
    ],
    load: async () => (await import('../market/candles')).candles,
  }),
  define<DepthOptions>({
    name: 'depth',
    args: '<symbol>',
    summary: 'show the order book',
    isSession: true,
    flags: [
      { flags: '--levels <n>', text: 'show so many prices on each side (10)', read: wholeNumber(1, 1_000) },
      ...live,
    ],
    examples: [
      ['depth EURUSD', 'in place on a terminal'],
      ['depth EURUSD --levels 1 --json', 'the best prices as JSON lines'],
    ],
    load: async () => (await import('../market/depth')).depth,
  }),
]
