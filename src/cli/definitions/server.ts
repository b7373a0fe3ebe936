import type { GatewayCommandOptions } from '../gateway/gateway'
import { define } from '../definition'
import { ROLES } from '../gateway/config/roles'
import { choice, someText, wholeNumber } from '../read'

const MAX_PORT = 65_535

/** The commands for servers. */
export const serverDefinitions = [
  define<GatewayCommandOptions>({
    name: 'gateway',
    summary: 'serve a gateway between browsers and cTrader until Ctrl-C',
    endsWithin: 20_000,
    flags: [
      { flags: '--config <file>', text: 'take the settings of this JSON file', read: someText },
      {
        flags: '--demo',
        text: 'try it without a file: a simulator, the users ann and ben, three accounts and a small login',
      },
      {
        flags: '--port <n>',
        text: 'listen on this port, 0 for a free one (that of the file, or 8080)',
        read: wholeNumber(0, MAX_PORT),
      },
      {
        flags: '--role <role>',
        text: 'be an owner, which has the lines to cTrader, an edge, which has the browsers, or both (default)',
        read: choice(ROLES),
      },
      {
        flags: '--nats <urls>',
        text: 'join the other processes at these NATS servers, with commas between',
        read: someText,
      },
      {
        flags: '--origin <origin>',
        text: 'let this web page connect to the demo, besides http://localhost:4200; may be given several times',
        isMany: true,
      },
    ],
    examples: [
      ['gateway --demo', 'at http://localhost:8080'],
      ['gateway --config gateway.json', 'for users; the guide explains the file'],
    ],
    load: async () => (await import('../gateway/gateway')).gateway,
  }),
]
