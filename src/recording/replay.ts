import { AsyncSubject, Observable, Subscription, asyncScheduler } from 'rxjs'
import { invalidOption } from '../errors'
import { checkNames } from '../options'
import type { Connect, Socket } from '../transport/socket'
import { readAttempts } from './attempts'
import type { Attempt } from './attempts'
import { isOrder } from './orders'
import { play } from './play'

/** Settings of `replay`. */
export interface ReplayOptions {
  /**
   * The speed relative to the recording: 1 (default), 10, or `Infinity` for as fast as possible. In virtual time, 1
   * is exact and takes no time.
   */
  readonly speed?: number
}

/** A recording as a `Connect`. */
export interface Replay extends Connect {
  /**
   * Emits once and completes when the last recorded event has come; at once if it has already. Use it to end a
   * stream. Do not only wait for it: a client that has left gets no events, so it may never emit.
   */
  readonly ended$: Observable<undefined>
}

/**
 * Plays a recording to a client. Recorded frames come again at their time, and requests get their recorded answers.
 *
 * - A request is matched by payload type and payload, without times, tokens and generated ids. Equal requests are
 *   matched in order. The answer gets the current id.
 * - A request that is not in the recording is refused for good (`UNSUPPORTED_MESSAGE`). Authentications succeed.
 * - Lines are lost when they were lost in the recording. At the end, the line stays open and quiet.
 *
 * A recording with orders is not a backtest: their outcomes are not those of other orders. If the program sends a
 * different order, or the same one more than a second earlier or later, the line errors with `InvalidOption`, and
 * the client has failed.
 *
 * Takes the text of a recording, or its lines. An incomplete last line is ignored. Each connection takes the next
 * recorded line, so make one replay per client: a second client at the same time gets `InvalidOption`. Throws
 * `InvalidOption` for an invalid recording.
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
export const replay = (lines: string | Iterable<string>, options: ReplayOptions = {}): Replay => {
  checkNames(options, { speed: true })
  const { speed = 1 } = options
  if (!(speed > 0)) throw invalidOption('speed', 'must be a number above 0')
  const { attempts, begins, accountIds } = readAttempts(lines)
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
      // There is a line even after the end of the recording.
      const attempt: Attempt = attempts[number] ?? [{ kind: 'opened', at: begins }]
      playing = play(attempt, subscriber, {
        due: at => start + (at - begins) / speed,
        isSlow: speed < 1,
        accountIds,
        hasOrders,
        // A client that closes before anything has come gets the same attempt again.
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
