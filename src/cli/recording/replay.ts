import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { catchError, defer, map, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { isCTraderError } from '../../errors'
import { readAttempts } from '../../recording/attempts'
import type { CommonOptions, Context, Run } from '../definition'
import { Failed, note, result } from '../outcome'
import type { Outcome } from '../outcome'
import { listenFailure } from '../testing/listening'
import { serveReplay } from './serveReplay'
import type { ReplayEvent } from './serveReplay'

export interface ReplayOptions extends CommonOptions {
  readonly port?: number
  readonly host?: string
  readonly speed?: number
}

/** Any credentials do. */
const credentialsFor = (url: string, accountId: number | undefined): object => ({
  accountId: accountId ?? 1,
  clientId: 'replay',
  clientSecret: 'replay',
  accessToken: 'replay',
  refreshToken: 'replay',
  server: url,
})

const welcome = (url: string, file: string, speed: number, credentials: object): string =>
  [
    `${file} at ${url} (speed ${speed === Infinity ? 'max' : speed})`,
    '',
    'credentials.json:',
    JSON.stringify(credentials, undefined, 2),
    '',
    'In another terminal: npx rx-ctrader watch',
    'Ctrl-C ends it.',
  ].join('\n')

const words: Readonly<Record<Exclude<ReplayEvent['kind'], 'listening' | 'lost'>, string>> = {
  begun: 'A program has connected: the recording begins.',
  resumed: 'A program is back: the recording goes on.',
  left: 'The program has left.',
  ended: 'The recording has ended. The line stays open.',
}

const outcomeOf = (
  event: ReplayEvent,
  file: string,
  speed: number,
  accountId: number | undefined,
): Outcome => {
  switch (event.kind) {
    case 'listening': {
      const credentials = credentialsFor(event.url, accountId)
      return result({ url: event.url, credentials }, welcome(event.url, file, speed, credentials))
    }
    case 'lost':
      return note(
        event.cause.reason === 'ConnectionLost'
          ? 'The line is lost, as in the recording.'
          : event.cause.message,
      )
    default:
      return note(words[event.kind])
  }
}

/** Serves a recording at a port until the end. */
export const replay: Run<ReplayOptions> = ([file = ''], options, { terminal }: Context) =>
  defer((): Observable<Outcome> => {
    const { port = 5036, host = '127.0.0.1', speed = 1 } = options
    const recording = readFileSync(resolve(terminal.folder, file), 'utf8')
    const [accountId] = readAttempts(recording).accountIds
    return serveReplay(recording, { port, host, speed }).pipe(
      map(event => outcomeOf(event, file, speed, accountId)),
      catchError((error: unknown) =>
        throwError(() => (isCTraderError(error) ? error : new Failed(listenFailure(error, host, port)))),
      ),
    )
  })
