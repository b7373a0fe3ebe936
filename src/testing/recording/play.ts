import { Subject, Subscription, asyncScheduler, startWith, switchMap, takeWhile, timer } from 'rxjs'
import type { Subscriber } from 'rxjs'
import { MAX_INT32 } from '../../options'
import type { Socket } from '../../transport/socket'
import { askedIn } from './asked'
import type { Asked } from './asked'
import type { Attempt, Step } from './attempts'
import { withMaintenance } from './maintenance'
import { createMatching } from './matching'
import { isOrder, otherOrder } from './orders'
import { unrecordedAnswer } from './unrecorded'

/** How long what was recorded after a request waits for that request, in ms. */
const PATIENCE = 1_000

/** A server beats at least so often, in ms. */
const BEAT = 30_000
const HEARTBEAT = '{"payloadType":51}'

export interface Playing {
  /** When something of the recording is due, in the scheduler's time. */
  readonly due: (at: number) => number
  /** Whether it takes longer than it did. */
  readonly isSlow: boolean
  /** Whose accounts the recording is of. */
  readonly accountIds: readonly number[]
  /** Whether orders are in the recording, whose outcomes are not those of any other. */
  readonly hasOrders: boolean
  /** Told when something of the attempt comes, or that nothing will; more than once. */
  readonly onUsed: () => void
  /** Told when nothing more of the attempt will come; more than once. */
  readonly onEnd: () => void
}

/**
 * Plays one recorded attempt to a client: what came in comes at its time, but not before the client has asked what it
 * had asked then. Whatever is recorded after a request waits for it, up to a second; a client that does not ask any
 * more misses that answer alone. What belongs to an order waits by itself, and comes then as that of another session.
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
  /** Orders that were not placed again, of which was told as of those of another session. */
  const strangers = new Set<Asked>()
  const comes = attempt.map(({ kind }) => kind !== 'out' && kind !== 'closed').lastIndexOf(true)
  let next = 0
  /** When the client last did what it had done, by which one knows how late it is. */
  let lastMove = asyncScheduler.now()
  let turn = Subscription.EMPTY

  /** How much longer a step may wait for the client. Of several that are not asked any more, none is waited for anew. */
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
  /** A server is never silent for long, as long as there is a line. */
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

  /** What makes an order another one than that which was recorded. */
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
    // Every move comes later than its cause, as on a real line.
    later(() => {
      releaseOf(recorded)
    })
    goOn()
  }

  /** What came in, unless it belongs to a request that has not been made: that is held back. */
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
        // The beats that were recorded come too seldom then.
        if (isSlow) beatWhile(() => next <= comes)
        subscriber.next({ frame$, send })
        break
      case 'in':
        receive(step)
        break
      case 'lost':
        subscriber.error(step.cause)
        break
      // What was asked is waited for elsewhere, and to leave is the client's.
      case 'out':
      case 'closed':
        break
    }
  }

  /** How long there is to wait for a step, in ms. */
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
    // A line that was neither lost nor given up stays open and quiet.
    if (attempt.at(-1)?.kind !== 'closed') beatWhile(() => true)
  }
  // An attempt of which nothing came is over with its trying.
  if (comes < 0) onUsed()
  goOn()
  return life
}
