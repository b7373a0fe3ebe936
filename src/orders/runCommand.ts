import { defer, map, switchMap, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../connection/link'
import type { CommandType, Payload } from '../protocol/table'
import type { Account } from '../session/account'
import { dispatch } from './lifecycle/dispatch'
import type { Frame } from './lifecycle/dispatch'
import { followCommand } from './lifecycle/followCommand'
import { watchOrder } from './lifecycle/orderWatch'
import { orderSettings } from './model/orderOptions'
import type { OrderOptions } from './model/orderOptions'
import type { OrderUpdate } from './model/orderUpdate'
import { checkRights } from './validation/checkNewOrder'
import { lookUpRights, withRights } from './validation/rights'

/**
 * Runs a command once: checks it, writes its intent, sends it, and emits its updates to its end, over any number of
 * lines. Listens before it sends. When it has left, `lookUp` requests what the next command may need.
 */
export const runCommand = <T extends CommandType>(
  account: Account,
  payloadType: T,
  frame: Frame<T>,
  options: OrderOptions,
  lookUp = lookUpRights,
): Observable<OrderUpdate> =>
  defer(() => {
    const settings = orderSettings(account, options)
    const watch = watchOrder(account, payloadType)
    const named: Frame<T> = (link, id) =>
      frame(link, id).pipe(
        tap(payload => {
          watch.named(id, payload)
        }),
      )
    return dispatch(account, payloadType, named, settings).pipe(
      watch.untilSent(),
      tap(({ link }) => {
        lookUp(account, link)
      }),
      switchMap(dispatched => followCommand(account, dispatched.intent, settings, dispatched, watch)),
    )
  })

/** Runs a command that changes or ends an open position or a pending order, if the account may trade. */
export const runChange = <T extends CommandType>(
  account: Account,
  payloadType: T,
  change: (link: Link) => Observable<Omit<Payload<T>, 'ctidTraderAccountId'>>,
  options: OrderOptions,
  lookUp = lookUpRights,
): Observable<OrderUpdate> =>
  runCommand(
    account,
    payloadType,
    link =>
      withRights(account, link, change(link)).pipe(
        map(({ needed, rights: { trader } }) => {
          if (trader) checkRights(trader, true)
          return { ...needed, ctidTraderAccountId: account.accountId } as unknown as Payload<T>
        }),
      ),
    options,
    lookUp,
  )
