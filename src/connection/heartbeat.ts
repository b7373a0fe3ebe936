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
import { connectionLost } from './lost'

export interface HeartbeatOptions {
  /** Our own heartbeat follows this long after the last frame we sent, in ms. Default 10 000, the official advice. */
  readonly heartbeatInterval: number
  /** A line on which nothing came for this long is lost, in ms. Default 45 000: the server is never silent for over 30 s. */
  readonly idleTimeout: number
}

export interface Activity {
  /** When the last frame was sent, in ms. */
  lastSent: number
  /** How many frames have been received. */
  received: number
  /** When the last look found that frames had come since the look before, in ms. */
  heardAt: number
}

/**
 * Emits each time `lastActivity` lies `period` back. It looks again when that could have come, so that activity costs
 * a number and not a timer.
 */
const silence = (lastActivity: () => number, period: number): Observable<unknown> =>
  defer(() => {
    const since = lastActivity()
    // A clock that was set back must not stretch the wait.
    const left = Math.min(period, since + period - asyncScheduler.now())
    return timer(Math.max(0, left)).pipe(filter(() => lastActivity() === since))
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
    activity.heardAt = asyncScheduler.now()
    return interval(LOOK_EVERY).pipe(
      filter(() => {
        const now = asyncScheduler.now()
        onLook(now)
        if (activity.received === seen) return now - activity.heardAt >= period
        seen = activity.received
        activity.heardAt = now
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
