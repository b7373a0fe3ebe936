import { define } from '../definition'
import type { ExportOptions } from '../files/export'
import { choice, someText, time } from '../read'

/** The commands that write and read files. */
export const fileDefinitions = [
  define<ExportOptions>({
    name: 'export',
    args: '<what> [period]',
    summary: 'write bars or ticks of a symbol, or deals, orders or cashflow of the account, into a file',
    isSession: true,
    flags: [
      {
        flags: '-o, --output <file>',
        text: 'the file: .csv, .jsonl or .parquet, the first two also with .gz',
        read: someText,
        isRequired: true,
      },
      {
        flags: '--from <time>',
        text: 'begin at this time, in UTC: 2030-01-01',
        read: time,
        isRequired: true,
      },
      { flags: '--to <time>', text: 'end at this time (now)', read: time },
      { flags: '--side <side>', text: 'the side of ticks: bid or ask (bid)', read: choice(['bid', 'ask']) },
      { flags: '--force', text: 'replace a file that is there' },
    ],
    examples: [
      ['export EURUSD M1 --from 2030-01-01 --to 2031-01-01 -o eurusd-m1.csv.gz', 'a year of minutes'],
      ['export deals --from 2031-01-01 -o deals.csv', 'what was traded since then'],
    ],
    load: async () => (await import('../files/export')).exportHistory,
  }),
]
