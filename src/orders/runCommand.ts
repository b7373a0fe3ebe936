import { defer, switchMap, tap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { CommandType } from '../protocol/table'
import type { Account } from '../session/account'
import { dispatch } from './lifecycle/dispatch'
import type { Frame } from './lifecycle/dispatch'
import type { CommandKind } from './reconciling/resolveOutcome'
import { orderSettings } from './model/orderOptions'
import type { OrderOptions } from './model/orderOptions'
import { followCommand } from './lifecycle/followCommand'
import { lookUpRights } from './validation/rights'
import type { OrderUpdate } from './model/orderUpdate'

/**
 * Runs a command once: checks it, writes its intent, sends it, and emits its updates to its end, over any number of
 * lines. Listens before it sends.
 */
export const runCommand = <T extends CommandType>(
  account: Account,
  kind: CommandKind<T>,
  frame: Frame<T>,
  options: OrderOptions,
): Observable<OrderUpdate> =>
  defer(() => {
    const settings = orderSettings(account, options)
    return dispatch(account, kind.payloadType, frame, settings).pipe(
      tap(({ link }) => {
        lookUpRights(account, link)
      }),
      switchMap(dispatched => followCommand(account, kind, dispatched.intended, settings, dispatched)),
    )
  })
