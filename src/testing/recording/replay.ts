import { AsyncSubject, Observable, Subscription, asyncScheduler } from 'rxjs'
import { invalidOption } from '../../errors'
import type { Connect, Socket } from '../../transport/socket'
import { attemptsIn } from './attempts'
import type { Attempt } from './attempts'
import { isOrder } from './orders'
import { play } from './play'

/** Settings of `replay`. */
export interface ReplayOptions {
  /**
   * How many times as fast as it was: 1, the default, 10, or `Infinity` for as fast as possible. In virtual time 1 is
   * exact and takes none.
   */
  readonly speed?: number
}

/** A recording as a `Connect`. */
export interface Replay extends Connect {
  /**
   * Emits once and completes when the last of the recording has come; at once, if it has already. It is there to end
   * a stream: to wait for it alone may take for ever, because nothing comes to a client that has left.
   */
  readonly ended$: Observable<undefined>
}

/**
 * Plays a recording to a client: what came in comes again, at its time, and is answered what was answered. A request
 * is known by its payload type and payload, times, tokens and ids of its own aside, and of several alike by their
 * order; its answer gets the id of now. What is not in the recording is refused for good
 * (`UNSUPPORTED_MESSAGE`), apart from authentications, which then succeed. Lines are lost when they were; when all is over, the line stays open and quiet.
 *
 * A recording in which orders were sent is no backtest: their outcomes are not those of other orders. Where the program
 * sends another order, or the same one more than a second earlier or later, the line errors with `InvalidOption`, and
 * the client has failed.
 *
 * Takes the text of a recording, or its lines; a last line that breaks off is left out. Each connection takes the next
 * line of the recording, so make a replay for each client: errors with `InvalidOption` for a second one at the same
 * time. Throws `InvalidOption` on what is no recording.
 *
 * ```ts
 * import { readFileSync } from 'node:fs'
 *
 * const recording = replay(readFileSync('session.jsonl', 'utf8'), { speed: 10 })
 * const again = createClient({ connect: recording, clientId: 'any', clientSecret: 'any' })
 * const seen$ = spots(again.account({ accountId: 12345678, accessToken: 'any' }), 'EURUSD')
 * seen$.pipe(takeUntil(recording.ended$)).subscribe(({ bid }) => console.log(bid))
 * ```
 */
export const replay = (lines: string | Iterable<string>, { speed = 1 }: ReplayOptions = {}): Replay => {
  if (!(speed > 0)) throw invalidOption('speed', 'must be a number above 0')
  const { attempts, begins, accountIds } = attemptsIn(lines)
  const hasOrders = attempts.flat().some(step => step.kind === 'out' && isOrder(step.asked))
  const ended$ = new AsyncSubject<undefined>()
  let used = 0
  let startedAt: number | undefined
  let playing = Subscription.EMPTY

  const connect = (): Observable<Socket> =>
    new Observable<Socket>(subscriber => {
      if (!playing.closed) {
        subscriber.error(
          invalidOption('connect', 'is a replay that already has a client: make one replay per client'),
        )
        return undefined
      }
      const start = (startedAt ??= asyncScheduler.now())
      const number = used
      // Beyond the recording there is a line all the same.
      const attempt: Attempt = attempts[number] ?? [{ kind: 'opened', at: begins }]
      playing = play(attempt, subscriber, {
        due: at => start + (at - begins) / speed,
        isSlow: speed < 1,
        accountIds,
        hasOrders,
        // Who gives up before anything has come gets the same again.
        onUsed: () => {
          used = number + 1
        },
        onEnd: () => {
          if (number + 1 < attempts.length) return
          ended$.next(undefined)
          ended$.complete()
        },
      })
      return playing
    })
  return Object.assign(connect, { ended$: ended$.asObservable() })
}
