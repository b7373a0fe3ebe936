import { Subscription, catchError, map, of, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Bus } from '../../bus/bus'
import { isUnsent } from '../../bus/bus'
import { readBody } from '../../bus/messages'
import type { AccountPacket, OwnerAnswer, OwnerNotice, OwnerRequest, WithoutGrant } from '../../bus/messages'
import { subjects } from '../../bus/subjects'
import { notReachable } from '../../model/refusals'
import type { Entitlement } from '../../model/session'
import { createFeeds } from '../prices/feeds'
import type { Feeds } from '../prices/feeds'

/** What an edge tells a peer of an account. */
export interface AccountListener {
  readonly event: (event: Extract<AccountPacket, { readonly kind: 'event' }>) => void
  /** Some events may be missing. */
  readonly lost: () => void
}

/** An account, for all peers of an edge that use it. */
export interface EdgeAccount {
  /** Listens to its events. The owner keeps it for `linger` ms after the last listener has left. */
  readonly attach: (listener: AccountListener) => Subscription
  readonly open: () => Observable<OwnerAnswer>
  /** Never errors: without an answer, a query is refused, and a command is in doubt. */
  readonly ask: (request: WithoutGrant<OwnerRequest>) => Observable<OwnerAnswer>
  readonly tell: (notice: WithoutGrant<OwnerNotice>) => void
  readonly feeds: Feeds
}

export interface EdgeAccountOptions {
  readonly bus: Bus
  /** The name of this edge on the bus. */
  readonly edge: string
  /** How long what no peer needs is kept, in ms. */
  readonly linger: number
}

/** Longer than any request of an owner takes to settle, in ms. */
const PATIENCE = 60_000

const unanswered = (request: WithoutGrant<OwnerRequest>, error: unknown): OwnerAnswer =>
  request.kind === 'command' && !isUnsent(error)
    ? { kind: 'inDoubt' }
    : { kind: 'refused', refusal: notReachable }

export const createEdgeAccount = (
  { accountId, environment, grantId }: Pick<Entitlement, 'accountId' | 'environment' | 'grantId'>,
  { bus, edge, linger }: EdgeAccountOptions,
  onUnused: () => void,
): EdgeAccount => {
  const listeners = new Set<AccountListener>()
  let events = Subscription.EMPTY
  let lingering = Subscription.EMPTY

  const tell = (notice: WithoutGrant<OwnerNotice>): void => {
    bus.publish(subjects.notices(environment, accountId), JSON.stringify({ ...notice, grantId }))
  }
  const ask = (request: WithoutGrant<OwnerRequest>): Observable<OwnerAnswer> =>
    bus
      .ask(subjects.requests(environment, accountId), JSON.stringify({ ...request, grantId }), PATIENCE)
      .pipe(
        map(body => readBody(body) as OwnerAnswer),
        catchError((error: unknown) => of(unanswered(request, error))),
      )
  const feeds = createFeeds({ bus, environment, accountId, edge, linger, ask, tell })

  const lose = (): void => {
    feeds.reset()
    for (const listener of [...listeners]) listener.lost()
  }
  const listen = (): void => {
    if (!events.closed) return
    events = bus.on(subjects.events(environment, accountId)).subscribe(packet => {
      const told = packet.kind === 'gap' ? undefined : (readBody(packet.body) as AccountPacket)
      if (told?.kind === 'event') for (const listener of [...listeners]) listener.event(told)
      else lose()
    })
  }

  return {
    attach: listener => {
      lingering.unsubscribe()
      listeners.add(listener)
      listen()
      return new Subscription(() => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        lingering = timer(linger).subscribe(() => {
          events.unsubscribe()
          feeds.close()
          tell({ kind: 'close', edge })
          onUnused()
        })
      })
    },
    open: () => ask({ kind: 'open', edge }),
    ask,
    tell,
    feeds,
  }
}
