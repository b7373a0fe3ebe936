import { define } from '../definition'
import type { Flag } from '../definition'
import { positiveNumber, someText, time, wholeNumber } from '../read'
import type { StrategyOptions } from '../testing/backtest'
import type { PaperOptions } from '../testing/paper'
import { param } from '../testing/params'
import type { SimulateOptions } from '../testing/simulate'
import type { SweepOptions } from '../testing/sweep'

const MAX_PORT = 65_535

/** The parameters of a strategy, and what its module exports. */
const strategyFlags: readonly Flag[] = [
  {
    flags: '--param <name=value>',
    text: 'a parameter of the strategy; may be given several times',
    read: param,
    isMany: true,
  },
  { flags: '--export <name>', text: 'what the module exports, if it is not the default', read: someText },
]

/** The options of commands that run a strategy over a history. */
const running: readonly Flag[] = [
  {
    flags: '--history <file>',
    text: 'bars or ticks (CSV, JSON lines, Parquet): SYMBOL=FILE, or a name that begins with the symbol; may be given several times',
    isMany: true,
  },
  { flags: '--symbol <name>', text: 'the symbol of the history', read: someText },
  {
    flags: '--spread <price>',
    text: 'from bid to ask, in decimals of the price, for bars without their own (0)',
    read: positiveNumber,
  },
  {
    flags: '--time-zone <name>',
    text: 'the zone of the times in the history, as Europe/Athens; New_York+7 for most brokers with MetaTrader (UTC)',
    read: someText,
  },
  {
    flags: '--symbols <file>',
    text: 'commissions, swaps and other terms of symbols, from this JSON file: a list',
    read: someText,
  },
  { flags: '--from <time>', text: 'begin at this time, in UTC', read: time },
  { flags: '--to <time>', text: 'end at this time', read: time },
  ...strategyFlags,
  { flags: '--balance <amount>', text: 'the money at the beginning', read: positiveNumber },
  { flags: '--seed <n>', text: 'same seed, same result (1)', read: wholeNumber(0) },
  { flags: '--csv <file>', text: 'write the trades, or the runs of a sweep, into this file', read: someText },
  {
    flags: '--report <file>',
    text: 'write a page with charts into this file; needs lightweight-charts',
    read: someText,
  },
]

/** The commands to try and to test. */
export const testingDefinitions = [
  define<SimulateOptions>({
    name: 'simulate',
    summary: 'serve a simulated cTrader Open API (JSON over WebSocket) until Ctrl-C',
    flags: [
      {
        flags: '--port <n>',
        text: 'listen on this port, 0 for a free one (5036)',
        read: wholeNumber(0, MAX_PORT),
      },
      { flags: '--host <name>', text: 'listen on this address (127.0.0.1)', read: someText },
      { flags: '--seed <n>', text: 'same seed, same market (1)', read: wholeNumber(0) },
      { flags: '--speed <n>', text: 'let the market go so many times as fast (1)', read: positiveNumber },
      {
        flags: '--start <time>',
        text: 'when it is on the market at the beginning (now; closed at weekends); a program refuses orders while its own clock says that a market is closed, so take one to come',
        read: time,
      },
      {
        flags: '--control',
        text: 'serve /status and /control on the same port: the default on addresses of this machine',
      },
      { flags: '--no-control', text: 'serve neither' },
      {
        flags: '--consent',
        text: 'serve a consent page and a token endpoint, to rehearse a login: the default on addresses of this machine',
      },
      { flags: '--no-consent', text: 'serve neither' },
      {
        flags: '--accounts <file>',
        text: 'have the accounts of this JSON file: a list, or an object with applications, accounts and grants',
      },
      { flags: '--symbols <file>', text: 'have the symbols of this JSON file, too: a list' },
      {
        flags: '--history <file>',
        text: 'have the prices of this file (CSV, JSON lines, Parquet): SYMBOL=FILE, or a name that begins with the symbol; may be given several times',
        isMany: true,
      },
      {
        flags: '--allow-origin <origin>',
        text: 'let this web page connect, besides those of this machine: https://demo.example, or *',
        isMany: true,
      },
      {
        flags: '--allow-host <name>',
        text: 'let /status and /control be reached by this name, besides localhost and addresses',
        isMany: true,
      },
    ],
    examples: [
      ['simulate --port 5036 --seed 42', 'at ws://127.0.0.1:5036'],
      ['simulate --start 2031-01-08T12:00Z', 'on a Wednesday at noon, also at a weekend'],
    ],
    load: async () => (await import('../testing/simulate')).simulate,
  }),
  define<StrategyOptions>({
    name: 'backtest',
    args: '<strategy>',
    summary: 'run a strategy, a module in JavaScript or TypeScript, over a history',
    flags: running,
    examples: [
      ['backtest strategy.ts --symbol EURUSD --history eurusd-m1.csv --param fast=5', 'its figures'],
      ['backtest strategy.ts --history eurusd-m1.csv --csv trades.csv --json', 'all of it, for programs'],
    ],
    load: async () => (await import('../testing/backtest')).backtest,
  }),
  define<SweepOptions>({
    name: 'sweep',
    args: '<strategy>',
    summary: 'run a strategy with each combination of parameters, and rank the runs',
    flags: [
      { flags: '--by <figure>', text: 'what the runs are compared by, such as net (sharpe)', read: someText },
      { flags: '--top <n>', text: 'show so many of the best (10)', read: wholeNumber(1) },
      ...running,
    ],
    examples: [
      ['sweep strategy.ts --history eurusd-m1.csv --param fast=5,10 --param slow=20..60:20', 'six runs'],
      ['sweep strategy.js --history eurusd-m1.csv --param fast=5..20 --by net --csv runs.csv', 'by profit'],
    ],
    load: async () => (await import('../testing/sweep')).sweep,
  }),
  define<PaperOptions>({
    name: 'paper',
    args: '<strategy>',
    summary: 'run a strategy at the prices of an account, with its orders on paper, until Ctrl-C',
    isSession: true,
    endsWithin: 2_000,
    flags: [
      {
        flags: '--store <file>',
        text: 'keep the paper account in this file between two runs (nowhere)',
        read: someText,
      },
      { flags: '--balance <amount>', text: 'the money at the beginning (10000)', read: positiveNumber },
      { flags: '--count <n>', text: 'end after so many updates', read: wholeNumber(1) },
      { flags: '--seconds <n>', text: 'end after so many seconds', read: positiveNumber },
      ...strategyFlags,
    ],
    examples: [
      ['paper strategy.ts --param fast=5 --store paper.json', 'goes on where the last run ended'],
      ['paper strategy.ts --seconds 3600 --json', 'for an hour, a line of JSON for each update'],
    ],
    load: async () => (await import('../testing/paper')).paper,
  }),
]
