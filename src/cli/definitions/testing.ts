import { define } from '../definition'
import { positiveNumber, someText, time, wholeNumber } from '../read'
import type { SimulateOptions } from '../testing/simulate'

const MAX_PORT = 65_535

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
]
