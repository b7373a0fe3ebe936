import { define } from '../definition'
import type { Flag } from '../definition'
import { someText, time } from '../read'
import { pipsOrPrice, priceFlag, protectionChange, volume } from '../trading/amounts'
import type { AmendOptions } from '../trading/change'
import type { TradeOptions } from '../trading/journal'
import type { PlaceOptions } from '../trading/place'

const sending: readonly Flag[] = [
  { flags: '--yes', text: 'send without a question, as scripts do' },
  {
    flags: '--journal <file>',
    text: 'write down here what is sent (orders-ACCOUNT.jsonl beside the credentials)',
  },
]

const placing: readonly Flag[] = [
  { flags: '--limit <price>', text: 'at this price or better, instead of now', read: priceFlag },
  { flags: '--stop <price>', text: 'as soon as the market reaches this price', read: priceFlag },
  {
    flags: '--stop-loss <distance>',
    text: 'as 20pips, or a price with --limit or --stop',
    read: pipsOrPrice,
  },
  {
    flags: '--take-profit <distance>',
    text: 'as 40pips, or a price with --limit or --stop',
    read: pipsOrPrice,
  },
  { flags: '--trailing', text: 'let the stop loss follow the price' },
  { flags: '--expires <time>', text: 'until when a pending order waits', read: time },
  { flags: '--label <text>', text: 'a label for the order', read: someText },
  { flags: '--comment <text>', text: 'a comment for the order', read: someText },
  { flags: '--wait', text: 'follow a pending order to its end' },
  ...sending,
]

/** The commands that trade. */
export const tradingDefinitions = [
  define<PlaceOptions>({
    name: 'buy',
    args: '<symbol> <volume>',
    summary: 'buy: show the order, its margin and cost, ask, and send it',
    isSession: true,
    flags: placing,
    examples: [
      ['buy EURUSD 0.1 --stop-loss 20pips --take-profit 40pips', 'a tenth of a lot, now'],
      ['buy EURUSD 10000units --limit 1.08 --yes', 'at a price, without a question'],
    ],
    load: async () => (await import('../trading/place')).buy,
  }),
  define<PlaceOptions>({
    name: 'sell',
    args: '<symbol> <volume>',
    summary: 'sell: show the order, its margin and cost, ask, and send it',
    isSession: true,
    flags: placing,
    examples: [
      ['sell XAUUSD 1 --stop-loss 100pips', 'a lot, now'],
      ['sell EURUSD 0.5 --stop 1.07 --expires 2031-01-31', 'as soon as the price is reached'],
    ],
    load: async () => (await import('../trading/place')).sell,
  }),
  define<TradeOptions>({
    name: 'close',
    args: '<position> [volume]',
    summary: 'close a position, or a part of it',
    isSession: true,
    flags: sending,
    examples: [
      ['close 123', 'all of it; rx-ctrader positions lists the numbers'],
      ['close 123 0.05 --yes', 'five hundredths of a lot, without a question'],
    ],
    load: async () => (await import('../trading/change')).close,
  }),
  define<TradeOptions>({
    name: 'cancel',
    args: '<order>',
    summary: 'cancel a pending order',
    isSession: true,
    flags: sending,
    examples: [
      ['cancel 456', 'rx-ctrader orders lists the numbers'],
      ['cancel 456 --yes --json', 'from a script'],
    ],
    load: async () => (await import('../trading/change')).cancel,
  }),
  define<AmendOptions>({
    name: 'amend',
    args: '<id>',
    summary: 'change a pending order, or the stop loss and take profit of a position',
    isSession: true,
    flags: [
      { flags: '--price <price>', text: 'the price of an order', read: priceFlag },
      { flags: '--volume <volume>', text: 'the volume of an order', read: volume },
      { flags: '--stop-loss <distance>', text: 'as 20pips, a price, or none', read: protectionChange },
      { flags: '--take-profit <distance>', text: 'as 40pips, a price, or none', read: protectionChange },
      { flags: '--trailing', text: 'let the stop loss follow the price' },
      { flags: '--no-trailing', text: 'let it stay where it is' },
      { flags: '--expires <time>', text: 'until when an order waits', read: time },
      ...sending,
    ],
    examples: [
      ['amend 123 --stop-loss 1.0750', 'of a position'],
      ['amend 456 --price 1.0800 --take-profit none', 'of an order'],
    ],
    load: async () => (await import('../trading/change')).amend,
  }),
]
