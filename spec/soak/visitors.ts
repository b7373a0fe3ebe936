import { Subscription } from 'rxjs'
import type { Observable } from 'rxjs'
import { ProtoOATrendbarPeriod, depthEvents, trendbarEvents, spotEvents } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'

export const kinds = ['spots', 'bars', 'depth'] as const
type Kind = (typeof kinds)[number]

/** A consumer of something of an account. */
export interface Visitor {
  readonly account: Account
  readonly kind: Kind
  readonly symbolId: number
  readonly subscription: Subscription
  /** When it last heard something, in ms since the epoch. */
  heardAt: number
  /** That it hears nothing any more, and why. */
  error: unknown
}

const streamOf = (account: Account, kind: Kind, symbolId: number): Observable<unknown> => {
  switch (kind) {
    case 'spots':
      return spotEvents(account, symbolId)
    case 'bars':
      return trendbarEvents(account, symbolId, ProtoOATrendbarPeriod.M1)
    case 'depth':
      return depthEvents(account, symbolId)
  }
}

export const visit = (account: Account, kind: Kind, symbolId: number): Visitor => {
  const visitor: Visitor = {
    account,
    kind,
    symbolId,
    subscription: new Subscription(),
    heardAt: -Infinity,
    error: undefined,
  }
  visitor.subscription.add(
    streamOf(account, kind, symbolId).subscribe({
      next: () => {
        visitor.heardAt = Date.now()
      },
      error: (error: unknown) => {
        visitor.error = error
      },
    }),
  )
  return visitor
}
