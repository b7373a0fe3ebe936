import { PLATFORM_ID, inject } from '@angular/core'
import { NEVER, Subject, map } from 'rxjs'
import type { Observable } from 'rxjs'
import { MAX_INT32 } from '../../options'
import type { Link } from '../../connection/link'
import type { Account } from '../../session/account'
import { createClient } from '../../session/client'
import type { Client } from '../../session/client'
import { exposeActivity, getActivity } from '../../session/activity'
import { exposeObserved, getObserved } from '../../session/observed'
import { readSettings } from '../../session/options'
import type { AccountOptions, ClientOptions } from '../../session/options'
import { exposeWire, getWire } from '../../session/logging/wireTap'
import { withinBounds, contain } from './bounds'
import type { BothBounds, Bounds } from './bounds'
import { boundLine } from './line'
import { oncePer } from '../../util/oncePer'

/**
 * On the server a page is rendered once, and an open line would keep the rendering from ending. So the line never
 * opens.
 */
const onServer = { connect: () => NEVER, connectTimeout: MAX_INT32 }

/** A client within bounds, with everything that it returns. */
export interface BoundClient {
  readonly client: Client
  /** An account of it, within bounds of its own until they end. Then it is logged out at the server. */
  readonly lend: (options: AccountOptions) => LentAccount
}

/** An account that is in use for a time. */
export interface LentAccount {
  readonly account: Account
  /** Completes all that it returns, and logs it out at the server. */
  readonly end: () => void
}

/** `beforeRetry` is called before the client's `retry()` is. */
export const boundClient = (
  options: ClientOptions,
  { consumers, lines }: BothBounds,
  beforeRetry: () => void,
): BoundClient => {
  const { connect, log } = readSettings(options)
  const client = createClient({
    ...options,
    connect: boundLine(connect, lines),
    // The end of the line is not a problem when the application has ended.
    log: (...entry) => {
      if (!lines.isOver()) log(...entry)
    },
    ...(inject(PLATFORM_ID, { optional: true }) === 'server' && onServer),
  })
  // A request ends with its link and learns why: an order must not end without an outcome.
  const linkWithin = oncePer((link: Link) => contain(link, { ...consumers, over$: NEVER }))
  const linksWithin = (link$: Observable<Link>) => withinBounds(link$.pipe(map(linkWithin)), consumers)
  const accountWithin = (account: Account, bounds: Bounds): Account => {
    const accountAuth$ = withinBounds(linksWithin(account.accountAuth$), bounds)
    const within = { ...contain(account, bounds), accountAuth$ }
    const observed = getObserved(account)
    if (!observed) return within
    const link$ = withinBounds(observed.link$.pipe(map(link => link && linkWithin(link))), bounds)
    return exposeObserved(within, { ...observed, link$, permits: contain(observed.permits, bounds) })
  }
  // The same result for the same object, because streams are shared by object.
  const lasting = oncePer((account: Account) => accountWithin(account, consumers))
  const lent = new Map<Account, LentAccount>()
  const lend = (account: Account): LentAccount => {
    const over$ = new Subject<never>()
    const withAll = consumers.over$.subscribe({ complete: () => over$.complete() })
    const made = {
      account: accountWithin(account, { ...consumers, over$ }),
      end: () => {
        lent.delete(account)
        withAll.unsubscribe()
        // Consumers first: they must not see a failure where only the user has changed.
        over$.complete()
        account.logout().subscribe({ error: () => undefined })
      },
    }
    lent.set(account, made)
    return made
  }
  const contained = contain(client, consumers)
  const within: Client = {
    ...contained,
    retry: () => {
      beforeRetry()
      contained.retry()
    },
    appAuth$: linksWithin(client.appAuth$),
    account: given => {
      const account = client.account(given)
      return lent.get(account)?.account ?? lasting(account)
    },
  }
  // So that this client can be recorded and instrumented too.
  const wire = getWire(client)
  if (wire) exposeWire(within, wire)
  const activity = getActivity(client)
  if (activity) exposeActivity(within, activity)
  return {
    client: within,
    lend: given => {
      const account = client.account(given)
      return lent.get(account) ?? lend(account)
    },
  }
}
