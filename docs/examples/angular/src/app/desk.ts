import { Injectable } from '@angular/core'
import { toSignal } from '@angular/core/rxjs-interop'
import { Subject, catchError, map, mergeMap, of, scan, startWith } from 'rxjs'
import type { Observable } from 'rxjs'
import {
  amendOrder,
  amendProtection,
  cancelOrder,
  closePosition,
  isCTraderError,
  placeOrder,
} from 'rx-ctrader'
import type { NewOrder, OrderChanges, OrderUpdate, ProtectionChanges } from 'rx-ctrader'
import { injectAccount } from 'rx-ctrader/angular'

/** Something that was asked for, and what became of it so far. */
export interface Command {
  readonly id: number
  readonly title: string
  readonly updates: readonly OrderUpdate[]
  /** Why it surely was not done. */
  readonly error?: string
}

/** What is wrong, with the rule that an order breaks. */
export const wordsOf = (error: unknown): string => {
  if (!isCTraderError(error)) return String(error)
  return error.reason === 'InvalidOrder' ? `${error.rule}: ${error.message}` : error.message
}

/** Whether the server has answered. An order in doubt is not answered. */
export const isAnswered = ({ updates, error }: Command): boolean =>
  error !== undefined || updates.some(({ status }) => status !== 'sent' && status !== 'outcomeUnknown')

type Step = (command: Command) => Command

const progressOf = (id: number, title: string, update$: Observable<OrderUpdate>): Observable<Command> => {
  const begun: Command = { id, title, updates: [] }
  return update$.pipe(
    map((update): Step => command => ({ ...command, updates: [...command.updates, update] })),
    catchError((error: unknown) => of<Step>(command => ({ ...command, error: wordsOf(error) }))),
    scan((command, step) => step(command), begun),
    startWith(begun),
  )
}

const MOST_KEPT = 30

/** The newest first; what is older than all that are kept stays away. */
const updated = (known: readonly Command[], command: Command): readonly Command[] =>
  [command, ...known.filter(({ id }) => id !== command.id)].sort((a, b) => b.id - a.id).slice(0, MOST_KEPT)

/** All orders that leave the terminal leave here. */
@Injectable({ providedIn: 'root' })
export class Desk {
  private readonly account = injectAccount()
  private lastId = 0
  private readonly asked$ = new Subject<{
    readonly id: number
    readonly title: string
    readonly update$: Observable<OrderUpdate>
  }>()

  readonly commands = toSignal(
    this.asked$.pipe(
      // None waits for another.
      mergeMap(({ id, title, update$ }) => progressOf(id, title, update$)),
      scan(updated, []),
    ),
    { initialValue: [] },
  )

  /** Sends an order once, and returns the id of its command. */
  place(order: NewOrder, title: string): number {
    return this.ask(title, placeOrder(this.account, order))
  }

  close(positionId: number): void {
    this.ask(`close ${positionId}`, closePosition(this.account, { positionId }))
  }

  cancel(orderId: number): void {
    this.ask(`cancel ${orderId}`, cancelOrder(this.account, { orderId }))
  }

  /** Changes the protections of a position. */
  protect(positionId: number, changes: Pick<ProtectionChanges, 'stopLoss' | 'takeProfit'>): void {
    this.ask(`protect ${positionId}`, amendProtection(this.account, { positionId, ...changes }))
  }

  /** Moves a pending order. */
  amend(orderId: number, changes: Pick<OrderChanges, 'price'>): void {
    this.ask(`amend ${orderId}`, amendOrder(this.account, { orderId, ...changes }))
  }

  private ask(title: string, update$: Observable<OrderUpdate>): number {
    const id = (this.lastId += 1)
    this.asked$.next({ id, title, update$ })
    return id
  }
}
