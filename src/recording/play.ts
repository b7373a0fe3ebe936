import { Subject, Subscription, asyncScheduler, startWith, switchMap, takeWhile, timer } from 'rxjs'
import type { Subscriber } from 'rxjs'
import { MAX_INT32 } from '../options'
import type { Socket } from '../transport/socket'
import { askedIn } from './asked'
import type { Asked } from './asked'
import type { Attempt, Step } from './attempts'
import { withMaintenance } from './maintenance'
import { createMatching } from './matching'
import { isOrder, otherOrder } from './orders'
import { unrecordedAnswer } from './unrecorded'

/** How long recorded events after a request wait for that request, in ms. */
const PATIENCE = 1_000

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
  const matching = createMatching(attempt)
  const frame$ = new Subject<string>()
  const heldBack: Extract<Step, { kind: 'in' }>[] = []
  /** Orders that the client did not send again. Their events come as those of another session. */
  const strangers = new Set<Asked>()
  const comes = attempt.map(({ kind }) => kind !== 'out' && kind !== 'closed').lastIndexOf(true)
  let next = 0
  /** When the client last sent an expected request: shows how late it is. */
  let lastMove = asyncScheduler.now()
  let turn = Subscription.EMPTY

  /** How much longer a step may wait for the client. Several missing requests do not each restart the wait. */
  const patienceFor = ({ at }: Step): number => Math.max(lastMove, due(at)) + PATIENCE - asyncScheduler.now()

  const later = (act: () => void, ms = 0): Subscription => {
    const scheduled = asyncScheduler.schedule(act, Math.max(0, ms))
    life.add(scheduled)
    return scheduled
  }
  const goOn = (ms?: number): void => {
    turn.unsubscribe()
    turn = later(run, ms)
  }
  const deliver = (text: string): void => {
    frame$.next(withMaintenance(matching.asNow(text), due))
  }
  /** While a line is open, the server is never silent for long. */
  const beatWhile = (isAlive: () => boolean): void => {
    life.add(
      frame$
        .pipe(
          startWith(HEARTBEAT),
          switchMap(() => timer(BEAT)),
          takeWhile(isAlive),
        )
        .subscribe(() => {
          frame$.next(HEARTBEAT)
        }),
    )
  }
  const releaseOf = (cause: Asked): void => {
    for (const held of heldBack.filter(step => step.cause === cause)) {
      heldBack.splice(heldBack.indexOf(held), 1)
      deliver(held.text)
    }
  }

  /** How an order differs from the recorded one. */
  const differenceOf = (recorded: Asked | undefined): string | undefined => {
    if (!recorded) return 'is not in it'
    if (strangers.has(recorded)) return 'was sent earlier in it'
    const step = attempt.find(out => out.kind === 'out' && out.asked === recorded)
    return step && due(step.at) - asyncScheduler.now() > PATIENCE ? 'was sent later in it' : undefined
  }

  const send = (text: string): void => {
    const asked = askedIn(text)
    if (!asked) return
    const recorded = matching.take(asked)
    const difference = hasOrders && isOrder(asked) ? differenceOf(recorded) : undefined
    if (difference !== undefined) {
      later(() => {
        subscriber.error(otherOrder(asked, difference))
      })
      return
    }
    if (!recorded) {
      later(() => {
        deliver(unrecordedAnswer(asked, accountIds))
      })
      return
    }
    lastMove = asyncScheduler.now()
    // Every event comes later than its cause, as on a real line.
    later(() => {
      releaseOf(recorded)
    })
    goOn()
  }

  /** Receives a frame. Holds it back if it belongs to a request that was not sent. */
  const receive = (step: Extract<Step, { kind: 'in' }>): void => {
    const { cause } = step
    if (!cause || matching.isTaken(cause)) {
      deliver(step.text)
      return
    }
    heldBack.push(step)
    if (isOrder(cause))
      later(() => {
        strangers.add(cause)
        releaseOf(cause)
      }, patienceFor(step))
  }

  const take = (step: Step): void => {
    switch (step.kind) {
      case 'opened':
        lastMove = asyncScheduler.now()
        // At this speed the recorded heartbeats come too rarely.
        if (isSlow) beatWhile(() => next <= comes)
        subscriber.next({ frame$, send })
        break
      case 'in':
        receive(step)
        break
      case 'lost':
        subscriber.error(step.cause)
        break
      // The wait for requests happens elsewhere, and the client closes its line by itself.
      case 'out':
      case 'closed':
        break
    }
  }

  /** How long to wait for a step, in ms. */
  const waitFor = (step: Step): number => {
    const time = due(step.at) - asyncScheduler.now()
    if (time > 0 || step.kind !== 'out' || isOrder(step.asked) || matching.isTaken(step.asked)) return time
    return patienceFor(step)
  }

  const run = (): void => {
    for (let step = attempt[next]; step && !life.closed; step = attempt[next]) {
      const wait = waitFor(step)
      if (wait > 0) {
        goOn(Math.min(wait, MAX_INT32))
        return
      }
      next += 1
      onUsed()
      take(step)
      if (next > comes) onEnd()
    }
    if (next < attempt.length) return
    onEnd()
    // A line that was neither lost nor closed stays open and quiet.
    if (attempt.at(-1)?.kind !== 'closed') beatWhile(() => true)
  }
  // An attempt without any event is over at once.
  if (comes < 0) onUsed()
  goOn()
  return life
}
