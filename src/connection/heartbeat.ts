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
  /** Our own heartbeat follows this long after the last frame we sent, in ms. Default 10 000, the official advice. */
  readonly heartbeatInterval: number
  /** A line on which nothing came for this long is lost, in ms. Default 45 000: the server is never silent for over 30 s. */
  readonly idleTimeout: number
}

export interface Activity {
  /** When the last frame was sent, in ms of the monotonic clock. */
  lastSent: number
  /** How many frames have been received. */
  received: number
  /** When the last look found that frames had come since the look before, in ms of the monotonic clock. */
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
 * When something was last received for sure, in ms since the epoch: the earlier one of two, since a wall clock that is
 * set back leaves the one too late, and a machine that sleeps may leave the other too late.
 */
export const receivedAt = ({ heardAt, heardAtWall }: Activity): number =>
  Math.min(heardAtWall, asyncScheduler.now() - (monotonicNow() - heardAt)) - LOOK_EVERY

/**
 * Emits each time `lastActivity` lies `period` back. It looks again when that could have come, so that activity costs
 * a number and not a timer.
 */
const silence = (lastActivity: () => number, period: number): Observable<unknown> =>
  defer(() => {
    const since = lastActivity()
    return timer(Math.max(0, since + period - monotonicNow())).pipe(filter(() => lastActivity() === since))
  }).pipe(repeat())

/** How far back, in ms, the last frame may lie when a look finds that one has come. */
export const LOOK_EVERY = 1_000

/**
 * Emits when nothing has been received for `period`, or up to a second later: it looks once a second, so that a frame
 * costs a count and no clock. The first look after the machine has slept finds the time that has gone by.
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

/** Keeps the line alive while subscribed; errors with `ConnectionLost` when the line has been silent for too long. */
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
