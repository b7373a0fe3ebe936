import {
  asyncScheduler,
  defer,
  filter,
  ignoreElements,
  interval,
  merge,
  repeat,
  take,
  tap,
  timer,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { monotonicNow } from '../clock'
import { connectionLost } from './lost'

export interface HeartbeatOptions {
  /** How long after our last frame our own heartbeat follows, in ms. Default 10 000, as officially advised. */
  readonly heartbeatInterval: number
  /**
   * A line is lost after this long without any frame, in ms. Default 45 000: the server is never silent for more
   * than 30 s.
   */
  readonly idleTimeout: number
}

export interface Activity {
  /** When the last frame was sent, in ms of the monotonic clock. */
  lastSent: number
  /** How many frames have been received. */
  received: number
  /** When a check last found new frames, in ms of the monotonic clock. */
  heardAt: number
  /** The same in ms since the epoch. */
  heardAtWall: number
}

/** The activity of a line that has just opened. */
export const newActivity = (): Activity => {
  const now = monotonicNow()
  return { lastSent: now, received: 0, heardAt: now, heardAtWall: asyncScheduler.now() }
}

/**
 * When something was last received for sure, in ms since the epoch. Uses the earlier of two clocks: the wall clock
 * may have been set back, and the monotonic clock may not count the sleep of the machine.
 */
export const lastReceived = ({ heardAt, heardAtWall }: Activity): number =>
  Math.min(heardAtWall, asyncScheduler.now() - (monotonicNow() - heardAt)) - LOOK_EVERY

/**
 * Emits each time when the last activity is `period` ago. It checks again only when that is possible, so an
 * activity only sets a number and needs no timer.
 */
const silence = (lastActivity: () => number, period: number): Observable<unknown> =>
  defer(() => {
    const since = lastActivity()
    return timer(Math.max(0, since + period - monotonicNow())).pipe(filter(() => lastActivity() === since))
  }).pipe(repeat())

/** How far apart the checks for new frames are, in ms. */
export const LOOK_EVERY = 1_000

/**
 * Emits when nothing has been received for `period`, or up to a second later. It checks once a second, so that a
 * frame only increments a counter and reads no clock. The first check after the machine has slept finds the elapsed
 * time.
 */
const unheard = (activity: Activity, period: number, onLook: (now: number) => void): Observable<unknown> =>
  defer(() => {
    let seen = activity.received
    const heard = (now: number): void => {
      activity.heardAt = now
      activity.heardAtWall = asyncScheduler.now()
    }
    heard(monotonicNow())
    return interval(LOOK_EVERY).pipe(
      filter(() => {
        const now = monotonicNow()
        onLook(asyncScheduler.now())
        if (activity.received === seen) return now - activity.heardAt >= period
        seen = activity.received
        heard(now)
        return false
      }),
      take(1),
    )
  })

/** Keeps the line alive while subscribed. Errors with `ConnectionLost` when the line has been silent for too long. */
export const heartbeat = (
  activity: Activity,
  { beat, onLook }: { readonly beat: () => void; readonly onLook: (now: number) => void },
  { heartbeatInterval, idleTimeout }: HeartbeatOptions,
): Observable<never> =>
  merge(
    silence(() => activity.lastSent, heartbeatInterval).pipe(tap(beat)),
    unheard(activity, idleTimeout, onLook).pipe(
      tap(() => {
        throw connectionLost(`nothing received for ${idleTimeout} ms`)
      }),
    ),
  ).pipe(ignoreElements())
