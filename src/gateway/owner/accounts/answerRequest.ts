import { catchError, map, of } from 'rxjs'
import type { Observable } from 'rxjs'
import { omitUndefined } from '../../../util/omitUndefined'
import type { OwnerAnswer, OwnerRequest } from '../../bus/messages'
import { toRefusal } from '../../model/refusals'
import { userKey } from './servedAccount'
import type { Served } from './servedAccount'

export const answerRefusal = (error: unknown): Observable<OwnerAnswer> =>
  of({ kind: 'refused', refusal: toRefusal(error) })

/** Answers a request of an edge for an account that is open. */
export const answerRequest = (
  { ask, commands, prices }: Served,
  request: Exclude<OwnerRequest, { readonly kind: 'open' }>,
): Observable<OwnerAnswer> => {
  switch (request.kind) {
    case 'query':
      return ask(request).pipe(
        map(payload => ({ kind: 'done', payload }) as const),
        catchError(answerRefusal),
      )
    case 'command':
      return commands.run(request)
    case 'subscribe':
      return prices.subscribe(userKey(request.edge, request.grantId), request.key).pipe(
        map(({ snapshot, at }) => ({ kind: 'done', at, ...omitUndefined({ snapshot }) }) as const),
        catchError(answerRefusal),
      )
  }
}
