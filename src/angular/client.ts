import { PLATFORM_ID, inject } from '@angular/core'
import { NEVER, map } from 'rxjs'
import type { Observable } from 'rxjs'
import { MAX_INT32 } from '../options'
import type { Link } from '../connection/link'
import type { Account } from '../session/account'
import { createClient } from '../session/client'
import type { Client } from '../session/client'
import { exposeActivity, getActivity } from '../session/activity'
import { exposeObserved, getObserved } from '../session/observed'
import { readSettings } from '../session/options'
import type { ClientOptions } from '../session/options'
import { exposeWire, getWire } from '../session/logging/wireTap'
import { withinBounds, contain } from './bounds'
import type { BothBounds } from './bounds'
import { boundLine } from './line'
import { oncePer } from '../util/oncePer'

/**
 * On the server a page is rendered once, and an open line would keep the rendering from ending. So the line never
 * opens.
 */
const onServer = { connect: () => NEVER, connectTimeout: MAX_INT32 }

/** A client within bounds, with everything that it returns. */
export const boundClient = (options: ClientOptions, { consumers, lines }: BothBounds): Client => {
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
  // The same result for the same object, because streams are shared by object.
  const accountWithin = oncePer((account: Account) => {
    const within = { ...contain(account, consumers), accountAuth$: linksWithin(account.accountAuth$) }
    const observed = getObserved(account)
    if (!observed) return within
    const link$ = withinBounds(observed.link$.pipe(map(link => link && linkWithin(link))), consumers)
    return exposeObserved(within, { ...observed, link$, permits: contain(observed.permits, consumers) })
  })
  const within: Client = {
    ...contain(client, consumers),
    appAuth$: linksWithin(client.appAuth$),
    account: given => accountWithin(client.account(given)),
  }
  // So that this client can be recorded and instrumented too.
  const wire = getWire(client)
  if (wire) exposeWire(within, wire)
  const activity = getActivity(client)
  if (activity) exposeActivity(within, activity)
  return within
}
