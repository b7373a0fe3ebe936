import { defer, tap } from 'rxjs'
import type { Observable, Subject } from 'rxjs'
import type { RequestType } from '../../protocol/table'

/** A request, for those who watch. Its payload is not here, so there is no secret. */
export interface WatchedRequest {
  readonly payloadType: RequestType
  readonly clientMsgId: string
  readonly accountId: number | undefined
}

/**
 * A step of a request:
 *
 * - `waiting`: it waits for its turn, the first time or after the server wanted it later
 * - `sent`: it leaves now
 * - `settled`: it has its answer, or an error
 * - `abandoned`: its sender has left
 */
export type RequestStep =
  | { readonly step: 'waiting' | 'sent' | 'abandoned'; readonly request: WatchedRequest }
  | { readonly step: 'settled'; readonly request: WatchedRequest; readonly error?: unknown }

/** Called with the steps of a request until it is settled. */
type ReportStep = (step: 'waiting' | 'sent', clientMsgId: string, accountId: number | undefined) => void

const ignore: ReportStep = () => undefined

/** Runs a request and reports its steps. Without a listener, a request costs a single check. */
export const watchRequest = <T>(
  step$: Subject<RequestStep> | undefined,
  payloadType: RequestType,
  run: (report: ReportStep) => Observable<T>,
): Observable<T> =>
  defer(() => {
    if (step$?.observed !== true) return run(ignore)
    let open: WatchedRequest | undefined
    const settle = (error?: { readonly error: unknown }): void => {
      if (open) step$.next({ step: 'settled', request: open, ...error })
      open = undefined
    }
    return run((step, clientMsgId, accountId) => {
      open ??= { payloadType, clientMsgId, accountId }
      step$.next({ step, request: open })
    }).pipe(
      tap({
        next: () => {
          settle()
        },
        error: (error: unknown) => {
          settle({ error })
        },
        // Also of one whose answer has come, because its consumer takes only that.
        unsubscribe: () => {
          if (open) step$.next({ step: 'abandoned', request: open })
        },
      }),
    )
  })
