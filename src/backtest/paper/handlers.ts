import { EMPTY, catchError, ignoreElements, merge } from 'rxjs'
import type { Observable, Subscription } from 'rxjs'
import { hasReason } from '../../errors'
import { PayloadType } from '../../protocol/payloadType'
import type { Payload, RequestType } from '../../protocol/table'
import { accountHandlers } from '../../simulator/handlers/account'
import type { Call, Handler, Handlers } from '../../simulator/handlers/handler'
import { quoteHandlers } from '../../simulator/handlers/quotes'
import { tradingHandlers } from '../../simulator/handlers/trading'
import type { Quotations } from './market/quotations'
import type { Readiness } from './market/readiness'
import { toRefusal } from './refusal'
import { readingTypes } from './market/upstream'
import type { Asked, ReadingType, Upstream } from './market/upstream'

/** What is asked of the market goes to the real account. The paper account has a trader of its own. */
type PassedType = Exclude<ReadingType, typeof PayloadType.PROTO_OA_TRADER_REQ>

const passedTypes = readingTypes.filter(
  (type): type is PassedType => type !== PayloadType.PROTO_OA_TRADER_REQ,
)

/** Whether the sender of a request is still there, and authenticated. */
const isThere = ({
  world,
  session,
  payload,
}: {
  readonly world: Call<RequestType>['world']
  readonly session: Call<RequestType>['session']
  readonly payload: object
}): boolean =>
  world.sessions.has(session) &&
  'ctidTraderAccountId' in payload &&
  session.accounts.has(payload.ctidTraderAccountId as number)

export interface HandlerOptions {
  readonly upstream: Upstream
  readonly quotations: Quotations
  readonly readiness: Readiness
  /** Acts as of now. */
  readonly act: <T>(change: (at: number) => T) => T
  readonly life: () => Subscription
}

/** The handlers in place of those of the simulator: the market's, and those that need prices first. */
export const paperHandlers = ({ upstream, quotations, readiness, act, life }: HandlerOptions): Handlers => {
  const pass = <T extends PassedType>(payloadType: T): Handler<T> => {
    return ({ payload, answer, refuse }) => {
      const { ctidTraderAccountId, ...asked } = payload
      life().add(
        upstream.request(payloadType, asked as Asked<T>).subscribe({
          next: given => {
            answer({ ...given, ctidTraderAccountId })
          },
          error: (error: unknown) => {
            refuse(toRefusal(error))
          },
        }),
      )
    }
  }

  /** Handles a request when what it needs is there, at the time of then. */
  const after =
    <T extends RequestType>(
      needs: (payload: Payload<T>) => Observable<never>,
      handler: Handler<T>,
      refused: (call: Call<T>, error: unknown) => void = (call, error) => {
        call.refuse(toRefusal(error))
      },
    ): Handler<T> =>
    call => {
      life().add(
        needs(call.payload)
          .pipe(
            // The handler refuses it in the words of the server.
            catchError((error: unknown) => {
              if (hasReason(error, 'UnknownSymbol')) return EMPTY
              throw error
            }),
          )
          .subscribe({
            error: (error: unknown) => {
              refused(call, error)
            },
            complete: () => {
              if (!isThere(call)) return
              act(at => {
                handler({ ...call, at })
              })
            },
          }),
      )
    }

  const listedAll = (symbolIds: readonly number[] = []): Observable<never> =>
    merge(...symbolIds.map(readiness.listed))
  const established = (symbolIds: readonly number[] = []): Observable<never> =>
    merge(...symbolIds.map(id => quotations.established(id).pipe(ignoreElements())))

  const { PROTO_OA_SUBSCRIBE_SPOTS_REQ, PROTO_OA_UNSUBSCRIBE_SPOTS_REQ } = PayloadType
  const { PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ, PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ } = PayloadType
  const { PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ, PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ } = PayloadType
  const { PROTO_OA_NEW_ORDER_REQ, PROTO_OA_EXPECTED_MARGIN_REQ } = PayloadType

  return {
    ...(Object.fromEntries(passedTypes.map(type => [type, pass(type)])) as Handlers),
    [PROTO_OA_SUBSCRIBE_SPOTS_REQ]: after<typeof PROTO_OA_SUBSCRIBE_SPOTS_REQ>(
      ({ symbolId }) => merge(listedAll(symbolId), established(symbolId)),
      quoteHandlers[PROTO_OA_SUBSCRIBE_SPOTS_REQ],
    ),
    [PROTO_OA_UNSUBSCRIBE_SPOTS_REQ]: after<typeof PROTO_OA_UNSUBSCRIBE_SPOTS_REQ>(
      ({ symbolId }) => listedAll(symbolId),
      quoteHandlers[PROTO_OA_UNSUBSCRIBE_SPOTS_REQ],
    ),
    [PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ]: after<typeof PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ>(
      ({ symbolId }) => listedAll(symbolId),
      quoteHandlers[PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ],
    ),
    [PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ]: after<typeof PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ>(
      ({ symbolId }) => listedAll(symbolId),
      quoteHandlers[PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ],
    ),
    [PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ]: after<typeof PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ>(
      ({ symbolId }) => readiness.listed(symbolId),
      quoteHandlers[PROTO_OA_SUBSCRIBE_LIVE_TRENDBAR_REQ],
    ),
    [PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ]: after<typeof PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ>(
      ({ symbolId }) => readiness.listed(symbolId),
      quoteHandlers[PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ],
    ),
    [PROTO_OA_NEW_ORDER_REQ]: after<typeof PROTO_OA_NEW_ORDER_REQ>(
      ({ symbolId }) => readiness.tradable(symbolId),
      tradingHandlers[PROTO_OA_NEW_ORDER_REQ],
      ({ refuseOrder }, error) => {
        refuseOrder(toRefusal(error))
      },
    ),
    [PROTO_OA_EXPECTED_MARGIN_REQ]: after<typeof PROTO_OA_EXPECTED_MARGIN_REQ>(
      ({ symbolId }) => readiness.tradable(symbolId),
      accountHandlers[PROTO_OA_EXPECTED_MARGIN_REQ],
    ),
  }
}
