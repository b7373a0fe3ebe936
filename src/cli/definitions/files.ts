import { define } from '../definition'
import type { ExportOptions } from '../files/export'
import { choice, period, positiveNumber, someText, time, wholeNumber } from '../read'
import type { RecordOptions } from '../recording/record'
import type { ReplayOptions } from '../recording/replay'

/** Reads a speed: a number, or `max`. */
const speed = (text: string): number => (text.toLowerCase() === 'max' ? Infinity : positiveNumber(text))

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
  define<RecordOptions>({
    name: 'record',
    args: '[symbols...]',
    summary: 'record a session into a file: the account, and quotes of symbols, until Ctrl-C',
    isSession: true,
    endsWithin: 2_000,
    flags: [
      {
        flags: '-o, --output <file>',
        text: 'the file, usually .jsonl; it has no secrets, but ids and amounts',
        read: someText,
        isRequired: true,
      },
      {
        flags: '--candles <period>',
        text: 'record bars, too, such as M1; may be given several times',
        read: period,
        isMany: true,
      },
      { flags: '--depth', text: 'record order books, too' },
      { flags: '--seconds <n>', text: 'end after so many seconds', read: positiveNumber },
      { flags: '--force', text: 'replace a file that is there' },
    ],
    examples: [
      ['record EURUSD XAUUSD -o session.jsonl', 'their quotes, and the account'],
      ['record EURUSD --candles M1 --depth --seconds 600 -o session.jsonl', 'ten minutes of everything'],
    ],
    load: async () => (await import('../recording/record')).record,
  }),
  define<ReplayOptions>({
    name: 'replay',
    args: '<file>',
    summary: 'serve a recorded session at a port, to each program that connects, until Ctrl-C',
    flags: [
      {
        flags: '--port <n>',
        text: 'listen on this port, 0 for a free one (5036)',
        read: wholeNumber(0, 65_535),
      },
      { flags: '--host <name>', text: 'listen on this address (127.0.0.1)', read: someText },
      { flags: '--speed <n>', text: 'play it so many times as fast, or max (1)', read: speed },
    ],
    examples: [
      ['replay session.jsonl', 'at ws://127.0.0.1:5036, with any credentials'],
      ['replay session.jsonl --speed 10 --port 5040', 'ten times as fast'],
    ],
    load: async () => (await import('../recording/replay')).replay,
  }),
]
