import {
  EMPTY,
  Observable,
  Subject,
  asapScheduler,
  catchError,
  concatMap,
  defer,
  from,
  map,
  merge,
  observeOn,
  take,
  throwError,
} from 'rxjs'
import type { ObservableInput } from 'rxjs'
import { CTraderError } from '../../errors'
import type { Bus, Packet } from '../../gateway/bus/bus'
import type { Connect, Socket } from '../../transport/socket'
import { randomFraction, sequentialIds } from '../../util/random'
import { OPENING, lineLost, lineSubjects, readReceived, toClosing, toFrame } from './busLines'
import type { Opening } from './busLines'

/** How long an edge may take to open a line, in ms. */
const OPENED_WITHIN = 5_000

const nextLine = sequentialIds(randomFraction)

/** The frames that come, until one is missing. */
const createReader = (socket: Subject<string>) => {
  let last = 0
  return (packet: Packet): CTraderError | undefined => {
    if (packet.kind === 'gap') return lineLost('messages of the bus may be missing')
    const received = readReceived(packet.body)
    if (received.kind === 'closing') {
      const { code, reason } = received
      return new CTraderError({
        reason: 'ConnectionLost',
        sent: false,
        close: { code, reason, wasClean: true },
      })
    }
    if (received.number !== last + 1) return lineLost('a frame is missing')
    last += 1
    socket.next(received.text)
    return undefined
  }
}

/**
 * A line to a gateway over its bus, for a client in another process, such as a report or a copier. The client and its
 * code stay as they are. The gateway has to serve lines with {@link serveBusLines}. It asks `authenticate` about the
 * token as it does for the first message of a browser (2100), and each line asks for a new one.
 *
 * Errors with `ConnectionLost` when the line ends, when no gateway serves lines, and whenever messages of the bus may be
 * missing. Then the client connects again.
 *
 * ```ts
 * const connect = busConnect(natsBus(nc), () => [process.env['TICKET'] ?? ''])
 * const client = createClient({ connect, clientId: 'reports', clientSecret: 'not looked at' })
 * ```
 */
export const busConnect =
  (bus: Bus, token: () => ObservableInput<string>): Connect =>
  () =>
    new Observable<Socket>(subscriber => {
      const line = nextLine()
      const { down, up } = lineSubjects(line)
      const frame$ = new Subject<string>()
      const read = createReader(frame$)
      let sent = 0
      const open = (given: string): Observable<unknown> =>
        bus
          .ask(OPENING, JSON.stringify({ line, token: given } satisfies Opening), OPENED_WITHIN)
          .pipe(catchError((error: unknown) => throwError(() => lineLost((error as Error).message))))
      const opened$ = defer(() => from(token())).pipe(
        take(1),
        catchError(() => throwError(() => lineLost('there is no token'))),
        concatMap(open),
        map((): Socket => ({
          frame$,
          send: text => {
            bus.publish(up, toFrame((sent += 1), text))
          },
        })),
        observeOn(asapScheduler),
      )
      const failed$ = bus.on(down).pipe(
        // An answer never comes before its request has left.
        observeOn(asapScheduler),
        map(read),
        concatMap(error => (error ? throwError(() => error) : EMPTY)),
      )
      merge(failed$, opened$).subscribe(subscriber)
      subscriber.add(() => {
        bus.publish(up, toClosing({ code: 1000, reason: '' }))
      })
    })
