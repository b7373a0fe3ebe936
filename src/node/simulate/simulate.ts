import { parseArgs } from 'node:util'
import { defer, map } from 'rxjs'
import type { Observable } from 'rxjs'
import { createSimulator } from '../../simulator/simulator'
import { defaultIdentity } from '../../simulator/model/identity'
import { isLoopback } from './access'
import { serveSimulator } from './serve'
import { omitUndefined } from '../../util/omitUndefined'

export const usage = `Usage: rx-ctrader simulate [options]

Serves a simulated cTrader Open API (JSON over WebSocket) until Ctrl-C.

  --port N      port to listen on, 0 for a free one (5036)
  --host NAME   address to listen on (127.0.0.1)
  --seed N      same seed, same market (1)
  --speed N     how many times as fast as the clock the market goes (1)
  --start TIME  when it is on the market at the beginning, as 2031-01-08T12:00Z (now; closed at weekends)
                One to come: a program refuses orders itself while its own clock says that a market is closed.
  --control     GET /status and POST /control on the same port: the default on this machine's own addresses
  --no-control  without these two
  --allow-origin ORIGIN  a web page that may connect, beside those of this machine: https://demo.example, or *
  --allow-host NAME      a name under which /status and /control are reached, beside localhost and addresses
  --help        this text`

export interface SimulateOptions {
  readonly port: number
  readonly host: string
  readonly seed: number
  readonly speed: number
  /** The market's time at the start, in ms since the epoch. Default: now. */
  readonly start?: number
  readonly control: boolean
  readonly allowOrigins?: readonly string[]
  readonly allowHosts?: readonly string[]
}

/** A parsed command line: a simulator, help, or a mistake. */
export type Command =
  | { readonly kind: 'simulate'; readonly options: SimulateOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly detail: string }

const mistake = (detail: string): Command => ({ kind: 'mistake', detail })

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])

const MAX_PORT = 65_535
const FIRST = Date.UTC(2000, 0)
const LAST = Date.UTC(2100, 0)

const wholeUpTo = (text: string, max: number): number | undefined =>
  /^\d+$/.test(text) && Number(text) <= max ? Number(text) : undefined

const readSimulate = (args: readonly string[]): Command => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      port: { type: 'string', default: '5036' },
      host: { type: 'string', default: '127.0.0.1' },
      seed: { type: 'string', default: '1' },
      speed: { type: 'string', default: '1' },
      start: { type: 'string' },
      control: { type: 'boolean' },
      'allow-origin': { type: 'string', multiple: true },
      'allow-host': { type: 'string', multiple: true },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const [command, ...more] = positionals
  if (values.help) return { kind: 'help' }
  if (command === undefined) return mistake('A command is missing.')
  if (command !== 'simulate') return mistake(`Unknown command '${command}'.`)
  if (more.length > 0) return mistake(`Unexpected argument '${more.join(' ')}'.`)
  const port = wholeUpTo(values.port, MAX_PORT)
  if (port === undefined) return mistake(`--port must be a whole number up to ${MAX_PORT}.`)
  const seed = wholeUpTo(values.seed, Number.MAX_SAFE_INTEGER)
  if (seed === undefined) return mistake('--seed must be a whole number.')
  const speed = values.speed.trim() === '' ? NaN : Number(values.speed)
  if (!(speed > 0 && speed < Infinity)) return mistake('--speed must be a number above 0.')
  const start = values.start === undefined ? undefined : Date.parse(values.start)
  if (start !== undefined && !(start >= FIRST && start < LAST))
    return mistake('--start must be a time from 2000 to 2099, as 2031-01-08T12:00Z.')
  const { host } = values
  if (host === '') return mistake('--host must not be empty.')
  return {
    kind: 'simulate',
    options: {
      port,
      host,
      seed,
      speed,
      control: values.control ?? loopback.has(host),
      ...omitUndefined({ allowOrigins: values['allow-origin'], allowHosts: values['allow-host'], start }),
    },
  }
}

export const readCommand = (args: readonly string[]): Command => {
  try {
    return readSimulate(args)
  } catch (error) {
    // `parseArgs` names the unknown option.
    return mistake(error instanceof Error ? error.message : String(error))
  }
}

/** A `credentials.json` for the default simulator. */
const credentials = (): string => {
  const [application] = defaultIdentity.applications
  const [grant] = defaultIdentity.grants
  return JSON.stringify(
    {
      accountId: grant?.accountIds[0],
      clientId: application?.clientId,
      clientSecret: application?.clientSecret,
      accessToken: grant?.accessToken,
      refreshToken: grant?.refreshToken,
      environment: 'demo',
    },
    undefined,
    2,
  )
}

/** The warning when others can reach the port. */
const warning = ({ host, control }: SimulateOptions): readonly string[] =>
  isLoopback(host)
    ? []
    : [
        `Warning: ${host} is open to the network. Anyone who reaches the port can trade as demo/demo` +
          `${control ? ', and make the server fail' : ''}.`,
      ]

const greeting = (url: string, options: SimulateOptions): string => {
  const { seed, speed, control } = options
  return [
    `cTrader simulator at ${url} (seed ${seed}, speed ${speed})`,
    '',
    'credentials.json:',
    credentials(),
    '',
    `In a program: createClient({ connect: webSocketConnect('${url}'), clientId: 'demo', clientSecret: 'demo' })`,
    ...(control
      ? [
          `Who is connected: curl ${url.replace(/^ws/, 'http')}/status`,
          `Break the lines: curl ${url.replace(/^ws/, 'http')}/control -H 'content-type: application/json' -d '{"kind":"drop"}'`,
        ]
      : []),
    ...warning(options),
    'Ctrl-C ends it.',
  ].join('\n')
}

/** Serves a simulator while subscribed. Emits the texts for the user when it listens. */
export const simulate = (options: SimulateOptions): Observable<string> =>
  defer(() => {
    const { seed, speed, start, ...served } = options
    const broker = createSimulator({ seed, speed, ...omitUndefined({ start }) })
    return serveSimulator(broker, served)
  }).pipe(map(({ url }) => greeting(url, options)))
