import { asyncScheduler, defer, filter, ignoreElements, merge, repeat, take, tap, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { connectionLost } from './lost'

export interface HeartbeatOptions {
  /** Our own heartbeat follows this long after the last frame we sent, in ms. Default 10 000, the official advice. */
  readonly heartbeatInterval: number
  /** A line on which nothing came for this long is lost, in ms. Default 45 000: the server is never silent for over 30 s. */
  readonly idleTimeout: number
}

export interface Activity {
  lastSent: number
  lastReceived: number
}

/**
 * Emits each time `lastActivity` lies `period` back. It looks again when the time could have come, so that noting
 * the activity of fifty thousand frames a second costs a number each, not a timer each.
 */
const silence = (lastActivity: () => number, period: number): Observable<unknown> =>
  defer(() => {
    const since = lastActivity()
    // A clock that was set back must not stretch the wait.
    const left = Math.min(period, since + period - asyncScheduler.now())
    return timer(Math.max(0, left)).pipe(filter(() => lastActivity() === since))
  }).pipe(repeat())

/** Keeps the line alive while subscribed; errors with `ConnectionLost` when the line has been silent for too long. */
export const heartbeat = (
  activity: Readonly<Activity>,
  beat: () => void,
  { heartbeatInterval, idleTimeout }: HeartbeatOptions,
): Observable<never> =>
  merge(
    silence(() => activity.lastSent, heartbeatInterval).pipe(tap(beat)),
    silence(() => activity.lastReceived, idleTimeout).pipe(
      take(1),
      tap(() => {
        throw connectionLost(`nothing received for ${idleTimeout} ms`)
      }),
    ),
  ).pipe(ignoreElements())
