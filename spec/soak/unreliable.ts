import { NEVER, Subject, delay, map, merge, mergeMap, of } from 'rxjs'
import { CTraderError } from 'rx-ctrader'
import type { Connect } from 'rx-ctrader'

/** A line that is cut, or slow, or on which nonsense is sent. */
export interface UnreliableLine {
  readonly connect: Connect
  /** Harms the line, if there is one. */
  readonly hurt: () => void
  /** From now on, nothing is slow. */
  readonly recover: () => void
  /** Cuts the line, and opens no other. */
  readonly stop: () => void
}

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
  let send: (text: string) => void = () => undefined
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
        map(socket => {
          send = socket.send
          // Each later by what is set when it comes.
          return { ...socket, frame$: socket.frame$.pipe(mergeMap(text => of(text).pipe(delay(late)))) }
        }),
      ),
    hurt: () => {
      const chance = random()
      if (chance < 0.4) cut$.next()
      else if (chance < 0.7) late = Math.max(late, Math.floor(random() * 5_000))
      else send(NONSENSE[Math.floor(random() * NONSENSE.length)] ?? '')
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
