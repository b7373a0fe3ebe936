import { Subject, Subscription, startWith, switchMap, takeWhile, timer } from 'rxjs'
import type { Subscriber } from 'rxjs'
import type { Socket } from '../transport/socket'
import { readRequest } from './readRequest'
import type { Asked } from './readRequest'
import type { Attempt, InStep, OutStep, Step } from './attempts'
import { withMaintenance } from './maintenance'
import { createMatching } from './matching'
import { isOrder, otherOrder } from './orders'
import { createPlayhead } from './playhead'
import { unrecordedAnswer } from './unrecorded'

/** The longest silence of a server, in ms. */
const BEAT = 30_000
const HEARTBEAT = '{"payloadType":51}'

export interface Playing {
  /** When a recorded event is due, in the scheduler's time. */
  readonly due: (at: number) => number
  /** Whether the replay is slower than the recording. */
  readonly isSlow: boolean
  /** The accounts in the recording. */
  readonly accountIds: readonly number[]
  /** Whether the recording has orders: their outcomes are not those of other orders. */
  readonly hasOrders: boolean
  /** Called when something of the attempt comes, or when nothing will; may be called more than once. */
  readonly onUsed: () => void
  /** Called when nothing more of the attempt will come; may be called more than once. */
  readonly onEnd: () => void
}

/** Whether a step comes to the client. */
const isEvent = ({ kind }: Step): boolean => kind !== 'out' && kind !== 'closed'

/** While a line is open, the server is never silent for long. */
const beatWhile = (frame$: Subject<string>, isAlive: () => boolean): Subscription =>
  frame$
    .pipe(
      startWith(HEARTBEAT),
      switchMap(() => timer(BEAT)),
      takeWhile(isAlive),
    )
    .subscribe(() => {
      frame$.next(HEARTBEAT)
    })

/**
 * Plays one recorded attempt to a client. Recorded frames come at their time, but not before the client has sent
 * what it had sent by then.
 *
 * - Events after a request wait for the request, up to a second. If the client does not send it, only its answer is
 *   missing.
 * - Events of an order wait separately. Without the order, they come as those of another session.
 */
export const play = (
  attempt: Attempt,
  subscriber: Subscriber<Socket>,
  { due, isSlow, accountIds, hasOrders, onUsed, onEnd }: Playing,
): Subscription => {
  const life = new Subscription()
  const frame$ = new Subject<string>()
  const matching = createMatching(attempt)
  const playhead = createPlayhead(attempt, due, matching)
  /** Frames of requests that the client has not sent. */
  const heldBack = new Map<Asked, readonly string[]>()
  /** Orders that the client did not send again. Their events come as those of another session. */
  const strangers = new Set<Asked>()
  let toCome = attempt.filter(isEvent).length

  const deliver = (text: string): void => {
    frame$.next(withMaintenance(matching.asNow(text), due))
  }
  /** An outcome that is held back still comes, also after the last event that does not wait. */
  const endIfOver = (): void => {
    if (toCome === 0 && ![...heldBack.keys()].some(isOrder)) onEnd()
  }
  const release = (cause: Asked): void => {
    const held = heldBack.get(cause)
    if (!held) return
    heldBack.delete(cause)
    held.forEach(deliver)
    endIfOver()
  }

  const later = (act: () => void, ms = 0): void => {
    life.add(timer(ms).subscribe(act))
  }

  /** How an order differs from the recorded one. */
  const differenceOf = (recorded: OutStep | undefined): string | undefined => {
    if (!recorded) return 'is not in it'
    if (strangers.has(recorded.asked)) return 'was sent earlier in it'
    return playhead.isEarlyFor(recorded.at) ? 'was sent later in it' : undefined
  }

  const send = (text: string): void => {
    const asked = readRequest(text)
    if (!asked) return
    const recorded = matching.take(asked)
    const difference = hasOrders && isOrder(asked) ? differenceOf(recorded) : undefined
    // Every event comes later than its cause, as on a real line.
    later(() => {
      if (difference !== undefined) subscriber.error(otherOrder(asked, difference))
      else if (recorded) release(recorded.asked)
      else deliver(unrecordedAnswer(asked, accountIds))
    })
    if (recorded && difference === undefined) playhead.move()
  }

  /** Receives a frame. Holds it back if it belongs to a request that was not sent. */
  const receive = ({ at, text, cause }: InStep): void => {
    if (!cause || matching.isTaken(cause)) {
      deliver(text)
      return
    }
    heldBack.set(cause, [...(heldBack.get(cause) ?? []), text])
    if (isOrder(cause))
      later(() => {
        strangers.add(cause)
        release(cause)
      }, playhead.patienceFor(at))
  }

  const open = (): void => {
    playhead.move()
    // At this speed the recorded heartbeats come too rarely.
    if (isSlow) life.add(beatWhile(frame$, () => toCome > 0))
    subscriber.next({ frame$, send })
  }

  /** Takes a step of the line. The playhead waits for requests, and the client closes its line by itself. */
  const take = (step: Step): void => {
    if (step.kind === 'opened') open()
    else if (step.kind === 'in') receive(step)
    else if (step.kind === 'lost') subscriber.error(step.cause)
  }

  // An attempt without any event is over at once.
  if (toCome === 0) onUsed()
  life.add(
    playhead.step$.subscribe({
      next: step => {
        if (isEvent(step)) toCome -= 1
        onUsed()
        take(step)
        endIfOver()
      },
      complete: () => {
        endIfOver()
        // A line that was neither lost nor closed stays open and quiet.
        if (attempt.at(-1)?.kind !== 'closed') life.add(beatWhile(frame$, () => true))
      },
    }),
  )
  return life
}
