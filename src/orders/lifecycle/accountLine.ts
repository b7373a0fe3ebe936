import { filter, map, merge } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Link } from '../../connection/link'
import type { CTraderError } from '../../errors'
import type { Account } from '../../session/account'
import { isWithoutLine } from '../../session/state/state'

/** The link on which an account is authenticated, or why there is none. */
export type AccountLine = { readonly link: Link } | { readonly lost: CTraderError }

/** Errors with the cause when the account has failed for good. Never completes. */
export const accountLines = ({ accountAuth$, authenticated$ }: Account): Observable<AccountLine> =>
  merge(
    accountAuth$.pipe(map(link => ({ link }))),
    authenticated$.pipe(
      filter(isWithoutLine),
      map(({ cause }) => ({ lost: cause })),
    ),
  )
