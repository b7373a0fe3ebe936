import { tap } from 'rxjs'
import type { MonoTypeOperatorFunction } from 'rxjs'
import { asCTraderError } from '../../errors'
import type { CommandType, Payload } from '../../protocol/table'
import type { Account } from '../../session/account'
import type { OrderStep } from '../../session/activity'
import { getObserved } from '../../session/observed'
import { omitUndefined } from '../../util/omitUndefined'
import type { Tracked } from '../tracking/tracker'

/** Reports the steps of one command to those who watch the client. */
export interface OrderWatch {
  /** Its request has an id and is complete. */
  readonly named: (clientMsgId: string, payload: Payload<CommandType>) => void
  readonly tracked: (tracked: Tracked) => void
  /** Reports an error, or that its subscriber has left, as its end. */
  readonly untilSent: <T>() => MonoTypeOperatorFunction<T>
  readonly failed: (error: unknown) => void
  /** Nothing more is known of it. */
  readonly left: () => void
}

const ignore = (): void => undefined

const unwatched: OrderWatch = {
  named: ignore,
  tracked: ignore,
  untilSent: () => source => source,
  failed: ignore,
  left: ignore,
}

type Step = OrderStep extends infer S ? (S extends OrderStep ? Omit<S, 'order'> : never) : never

/** Begins to report a command. Without a listener, a command costs a single check. */
export const watchOrder = (account: Account, payloadType: CommandType, isRecovered = false): OrderWatch => {
  const step$ = getObserved(account)?.orderStep$
  if (step$?.observed !== true) return unwatched
  const order = { accountId: account.accountId, payloadType, isRecovered }
  let isOver = false
  const report = (step: Step): void => {
    if (isOver) return
    isOver = step.step === 'ended' || step.step === 'abandoned'
    step$.next({ ...step, order })
  }
  const failed = (error: unknown): void => {
    report({ step: 'ended', reason: asCTraderError(error).reason })
  }
  report({ step: 'begun' })
  return {
    named: (clientMsgId, payload) => {
      const orderType = 'orderType' in payload ? payload.orderType : undefined
      report({ step: 'named', clientMsgId, ...omitUndefined({ orderType }) })
    },
    tracked: ({ updates, isOver: hasEnded }) => {
      for (const update of updates) {
        const errorCode = 'errorCode' in update ? update.errorCode : undefined
        report({
          step: 'updated',
          status: update.status,
          ...omitUndefined({ orderId: update.orderId, errorCode }),
        })
      }
      if (hasEnded) report({ step: 'ended' })
    },
    untilSent: () =>
      tap({
        error: failed,
        unsubscribe: () => {
          report({ step: 'ended', reason: 'withdrawn' })
        },
      }),
    failed,
    left: () => {
      report({ step: 'abandoned' })
    },
  }
}
