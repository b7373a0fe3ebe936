import { AsyncSubject, Observable, asyncScheduler } from 'rxjs'
import { invalidOption } from '../../errors'
import type { Connect, Socket } from '../../transport/socket'
import { attemptsIn } from './attempts'
import type { Attempt } from './attempts'
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
  /** Emits once and completes when the last of the recording has come. Waits for it, also if it was before. */
  readonly ended$: Observable<undefined>
}

/**
 * Plays a recording to a client: what came in comes again, at its time, and is answered what was answered. A request
 * is known by its payload type and payload, times, tokens and ids of its own aside, and of several alike by their
 * order; its answer gets the id of now. What is not in the recording is refused for good
 * (`UNSUPPORTED_MESSAGE`), apart from authentications, which then succeed. Lines are lost when they were; when all is over, the line stays open and quiet.
 *
 * Each connection takes the next line of the recording, so make a replay for each client. Throws `InvalidOption` on
 * lines that are no recording.
 *
 * ```ts
 * import { readFileSync } from 'node:fs'
 *
 * const recording = replay(readFileSync('session.jsonl', 'utf8').split('\n'), { speed: 10 })
 * const again = createClient({ connect: recording, clientId: 'any', clientSecret: 'any' })
 * const seen$ = spots(again.account({ accountId: 12345678, accessToken: 'any' }), 'EURUSD')
 * seen$.pipe(takeUntil(recording.ended$)).subscribe(({ bid }) => console.log(bid))
 * ```
 */
export const replay = (lines: Iterable<string>, { speed = 1 }: ReplayOptions = {}): Replay => {
  if (!(speed > 0)) throw invalidOption('speed', 'must be a number above 0')
  const { attempts, begins } = attemptsIn(lines)
  const ended$ = new AsyncSubject<undefined>()
  let connected = 0
  let startedAt: number | undefined

  const connect = (): Observable<Socket> =>
    new Observable<Socket>(subscriber => {
      const now = asyncScheduler.now()
      const start = (startedAt ??= now)
      // Beyond the recording there is a line all the same.
      const attempt: Attempt = attempts[connected] ?? [{ kind: 'opened', at: begins }]
      connected += 1
      const isLast = connected >= attempts.length
      return play(attempt, subscriber, {
        due: at => start + (at - begins) / speed,
        onEnd: () => {
          if (!isLast) return
          ended$.next(undefined)
          ended$.complete()
        },
      })
    })
  return Object.assign(connect, { ended$: ended$.asObservable() })
}
