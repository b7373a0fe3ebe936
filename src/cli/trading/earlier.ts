import {
  concat,
  defer,
  delay,
  distinct,
  filter,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  of,
  share,
  skip,
  switchMap,
  take,
  takeUntil,
  tap,
  timer,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType, recoverOrders, sideName, symbol } from '../../index'
import type { Account, OrderIntent, RecoveredOrder } from '../../index'
import { loadEntries } from '../../orders/model/journal'
import { openEntries } from '../../orders/model/journalEntries'
import { lotsText, symbolName } from '../account/positionRows'
import { ProtoOAOrderType } from '../../protocol/messages/enums'
import { note } from '../outcome'
import { dateAndTime } from '../output/text'
import { outcomeSteps, valueSteps } from '../session/steps'
import type { Step } from '../session/steps'
import type { OrderJournal } from './journal'
import { updateText } from './updates'

/** How long a sign of an order is looked for, in ms. The user waits for it. */
const HORIZON = 5_000

type Status = RecoveredOrder['update']['status']

/** The outcome is not known after these. */
const doubtful: ReadonlySet<Status> = new Set(['sent', 'outcomeUnknown', 'notFound'])

/** Whether more may follow only when the market has its price, or the order is found in a later run. */
const isWaiting = ({ intent: { payload, payloadType }, update: { status } }: RecoveredOrder): boolean => {
  if (status === 'notFound') return true
  const isMarket =
    payloadType !== PayloadType.PROTO_OA_NEW_ORDER_REQ || payload.orderType === ProtoOAOrderType.MARKET
  return !isMarket && (status === 'accepted' || status === 'partiallyFilled')
}

/** What an earlier command was, in words. */
const intentText = (account: Account, intent: OrderIntent): Observable<string> => {
  const { payload, payloadType } = intent
  switch (payloadType) {
    case PayloadType.PROTO_OA_NEW_ORDER_REQ:
      return symbol(account, payload.symbolId).pipe(
        take(1),
        map(
          terms =>
            `${sideName(payload.tradeSide)} ${lotsText(terms, payload.volume)} lots of ${symbolName(terms)}`,
        ),
      )
    case PayloadType.PROTO_OA_CLOSE_POSITION_REQ:
      return of(`close of position ${payload.positionId}`)
    case PayloadType.PROTO_OA_CANCEL_ORDER_REQ:
      return of(`cancel of order ${payload.orderId}`)
    case PayloadType.PROTO_OA_AMEND_ORDER_REQ:
      return of(`change of order ${payload.orderId}`)
    default:
      return of(`change of position ${payload.positionId}`)
  }
}

const outcomeText = ({ update }: RecoveredOrder, file: string): string => {
  switch (update.status) {
    case 'notSent':
      return 'was not sent'
    case 'notFound':
      return `in doubt: the server shows no sign of it, and it may still appear. When you know what became of it, remove its line from ${file}.`
    default:
      return updateText(update)
  }
}

const recoveredText = (account: Account, recovered: RecoveredOrder, file: string): Observable<string> =>
  intentText(account, recovered.intent).pipe(
    map(what => `earlier     ${what}, ${dateAndTime(recovered.intent.at)}: ${outcomeText(recovered, file)}`),
  )

/** The latest of each order, up to when all are settled, or wait for the market. */
const latestOf = (
  account: Account,
  count: number,
  { journal, settle, settled$ }: OrderJournal,
): Observable<readonly RecoveredOrder[]> =>
  defer(() => {
    const latest = new Map<string, RecoveredOrder>()
    const recovered$ = recoverOrders(account, { journal, horizon: HORIZON }).pipe(
      tap(recovered => latest.set(recovered.intent.id, recovered)),
      share(),
    )
    const waitingId$ = recovered$.pipe(
      filter(isWaiting),
      map(({ intent }) => intent.id),
      // What the server says of an order at once may have several updates.
      delay(0),
    )
    const all$ = merge(settled$, waitingId$).pipe(distinct(), skip(count - 1))
    const end$ = merge(all$, timer(2 * HORIZON))
    const write = (): void => {
      for (const [id, one] of latest)
        if (isWaiting(one) && one.update.status === 'accepted') settle(id, 'accepted')
    }
    return concat(
      recovered$.pipe(ignoreElements(), takeUntil(end$)),
      defer(() => {
        write()
        return of([...latest.values()])
      }),
    )
  })

/**
 * Finds out what became of the orders that earlier runs left open in the journal. Says it, and emits how many are
 * still in doubt.
 */
export const findEarlierOrders = (account: Account, orders: OrderJournal): Observable<Step<number>> =>
  loadEntries(orders.journal).pipe(
    switchMap(entries => {
      const { open, faulty } = openEntries(entries, account.accountId)
      const faulty$ = from(
        faulty.length === 0 ? [] : [`${orders.file} has invalid entries: ${faulty.join(', ')}`],
      )
      if (open.length === 0) return concat(outcomeSteps<number>(faulty$.pipe(map(note))), valueSteps(of(0)))
      return concat(
        outcomeSteps<number>(faulty$.pipe(map(note))),
        outcomeSteps<number>(of(note(`Asking the server what became of ${open.length} of an earlier run.`))),
        latestOf(account, open.length, orders).pipe(
          mergeMap(found =>
            concat(
              outcomeSteps<number>(
                from(found).pipe(
                  mergeMap(one => recoveredText(account, one, orders.file)),
                  map(note),
                ),
              ),
              valueSteps(of(found.filter(({ update }) => doubtful.has(update.status)).length)),
            ),
          ),
        ),
      )
    }),
  )
