import { catchError, defer, finalize, mergeMap, of, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { isCTraderError } from '../../index'
import type { OrderUpdate } from '../../index'
import { exitCodes, note, result } from '../outcome'
import type { ExitCode, Outcome } from '../outcome'
import { explain } from '../session/explain'
import type { OrderJournal } from './journal'

const ids = ({ orderId, positionId }: OrderUpdate): string =>
  [
    ...(orderId === undefined ? [] : [`order ${orderId}`]),
    ...(positionId === undefined ? [] : [`position ${positionId}`]),
  ].join(', ')

const detail = (update: OrderUpdate): string => {
  switch (update.status) {
    case 'filled':
    case 'partiallyFilled':
      return `${update.volume / 100} units at ${update.price}`
    case 'rejected':
      return [update.errorCode, update.description].filter(text => text !== undefined).join(': ')
    case 'outcomeUnknown':
      return `${update.cause.message}; the server is asked`
    default:
      return ''
  }
}

const words: Readonly<Record<OrderUpdate['status'], string>> = {
  sent: 'sent',
  outcomeUnknown: 'outcome unknown',
  accepted: 'accepted',
  replaced: 'changed',
  cancelled: 'cancelled',
  expired: 'expired',
  partiallyFilled: 'partially filled',
  filled: 'filled',
  protected: 'protected',
  rejected: 'refused',
}

const json = (update: OrderUpdate) => ({
  status: update.status,
  clientOrderId: update.clientOrderId ?? null,
  orderId: update.orderId ?? null,
  positionId: update.positionId ?? null,
  ...('price' in update && { price: update.price, units: update.volume / 100 }),
  ...(update.status === 'rejected' && {
    errorCode: update.errorCode,
    description: update.description ?? null,
  }),
})

/** An update as a line of text. */
export const updateText = (update: OrderUpdate): string =>
  [words[update.status], ids(update), detail(update)].filter(text => text !== '').join('  ')

/** An update as a result. */
export const updateResult = (update: OrderUpdate): Outcome => result(json(update), updateText(update))

const exitCodeAfter = ({ status }: OrderUpdate): ExitCode => {
  if (status === 'rejected') return exitCodes.failed
  return status === 'sent' || status === 'outcomeUnknown' ? exitCodes.inDoubt : exitCodes.done
}

/**
 * The updates of an order as results. The exit code is 0 if it is done, 1 if it is refused, 3 if it is in doubt. An
 * accepted order that is left to the server has its end in the journal.
 */
export const orderOutcomes = (
  update$: Observable<OrderUpdate>,
  { openIds, settle }: Pick<OrderJournal, 'openIds' | 'settle'>,
): Observable<Outcome> =>
  defer(() => {
    let code: ExitCode = exitCodes.done
    let last: OrderUpdate['status'] | undefined
    return update$.pipe(
      mergeMap((update): Outcome[] => {
        last = update.status
        code = exitCodeAfter(update)
        return [updateResult(update), { exitCode: code }]
      }),
      catchError((error: unknown) =>
        // It has left, and what became of it is not known.
        code === exitCodes.inDoubt && isCTraderError(error)
          ? of(note(explain(error)))
          : throwError(() => error),
      ),
      finalize(() => {
        if (last === 'accepted') for (const id of openIds()) settle(id, last)
      }),
    )
  })
