import { map, pipe } from 'rxjs'
import type { MonoTypeOperatorFunction } from 'rxjs'
import { conflate } from 'rx-ctrader'

/** The latest of each animation frame: a screen shows no more. */
export const perFrame = <T>(): MonoTypeOperatorFunction<T> =>
  pipe(
    conflate(() => 'one', 'animationFrame'),
    map(({ value }) => value),
  )
