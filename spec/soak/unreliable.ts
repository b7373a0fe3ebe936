import { NEVER, Subject, asyncScheduler, defer, delay, map, merge, mergeMap, of, take, tap } from 'rxjs'
import type { MonoTypeOperatorFunction } from 'rxjs'
import { CTraderError } from 'rx-ctrader'
import type { Connect } from 'rx-ctrader'

/** A line that is cut or slow. Nonsense comes on others beside it. */
export interface UnreliableLine {
  readonly connect: Connect
  /** Harms the line, if there is one. */
  readonly hurt: () => void
  /** From now on, nothing is slow. */
  readonly recover: () => void
  /** Cuts the line, and opens no other. */
  readonly stop: () => void
}

/** Each frame is later by what is set when it comes, but never overtakes an earlier one: a WebSocket keeps the order. */
const slowed =
  (late: () => number): MonoTypeOperatorFunction<string> =>
  frame$ =>
    defer(() => {
      let due = 0
      let onTheWay = 0
      return frame$.pipe(
        mergeMap(text => {
          const now = asyncScheduler.now()
          due = Math.max(due, now + late())
          if (onTheWay === 0 && due === now) return of(text)
          onTheWay += 1
          return of(text).pipe(
            delay(due - now),
            tap(() => {
              onTheWay -= 1
            }),
          )
        }),
      )
    })

const NONSENSE = [
  '',
  'null',
  '{',
  '[]',
  '{"payloadType":2131}',
  '{"payloadType":2106,"payload":{}}',
  'x'.repeat(70_000),
]

export const unreliable = (connect: Connect, random: () => number): UnreliableLine => {
  const cut$ = new Subject<void>()
  let late = 0
  let isStopped = false
  return {
    connect: () =>
      merge(
        isStopped ? NEVER : connect(),
        cut$.pipe(
          map((): never => {
            throw new CTraderError({ reason: 'ConnectionLost', sent: false, detail: 'it was cut' })
          }),
        ),
      ).pipe(
        map(socket => ({
          ...socket,
          frame$: socket.frame$.pipe(slowed(() => late)),
        })),
      ),
    hurt: () => {
      const chance = random()
      if (chance < 0.4) cut$.next()
      else if (chance < 0.7) late = Math.max(late, Math.floor(random() * 5_000))
      else {
        const nonsense = NONSENSE[Math.floor(random() * NONSENSE.length)] ?? ''
        // On a line of its own: a client takes a refusal without an id for that of its own request.
        connect()
          .pipe(take(1))
          .subscribe({
            next: socket => {
              socket.send(nonsense)
            },
            error: () => undefined,
          })
      }
    },
    recover: () => {
      late = 0
    },
    stop: () => {
      isStopped = true
      cut$.next()
    },
  }
}
