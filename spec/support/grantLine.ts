import { concatMap, of, throwError, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import type { CTraderError } from 'rx-ctrader'
import type { GrantLine } from '../../src/gateway/owner/grants/grantClaim'

/** A line with a link that asks in the turn in which a request leaves. */
export const lineWith = (
  request: (type: number, payload: never) => Observable<object>,
  leavesAfter = 0,
): GrantLine => ({
  appAuth$: of({
    inFlow: (_: unknown, mayLeave: () => CTraderError | undefined) => ({
      request: (type: number, payload: never) =>
        timer(leavesAfter).pipe(
          concatMap(() => {
            const obstacle = mayLeave()
            return obstacle ? throwError(() => obstacle) : request(type, payload)
          }),
        ),
    }),
  }) as never,
})
