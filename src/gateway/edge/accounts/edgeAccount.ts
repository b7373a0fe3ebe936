import {
  EMPTY,
  Observable,
  Subject,
  Subscription,
  catchError,
  concatMap,
  defer,
  finalize,
  map,
  merge,
  mergeMap,
  of,
  retry,
  take,
  takeLast,
  throwError,
  timer,
} from 'rxjs'
import { monotonicNow } from '../../../clock'
import { isNext, isOld } from '../../bus/position'
import type { Position } from '../../bus/position'
import { busError, isUnsent, isUnserved } from '../../bus/bus'
import type { Bus } from '../../bus/bus'
import { readBody } from '../../bus/messages'
import type {
  AccountPacket,
  NumberedPacket,
  OwnerAnswer,
  OwnerNotice,
  OwnerReply,
  OwnerRequest,
  WithoutGrant,
} from '../../bus/messages'
import { grantSlot, subjects } from '../../bus/subjects'
import { notAuthorized, notReachable, orderNotSent } from '../../model/refusals'
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
  /** Tells the owner that the account is still needed. */
  readonly renew: () => void
  /** The line of the account has another owner, or may have. */
  readonly meetOwner: (epoch: number) => void
  /** Never errors: without an answer, a query is refused, and a command is in doubt. */
  readonly ask: (request: WithoutGrant<OwnerRequest>) => Observable<OwnerAnswer>
  readonly tell: (notice: WithoutGrant<OwnerNotice>) => void
  readonly feeds: Feeds
}

export interface EdgeAccountOptions {
  readonly bus: Bus
  /** Listens on it, together with all other accounts of this edge. */
  readonly listen: Bus['on']
  /** The name of this edge on the bus. */
  readonly edge: string
  /** How long what no peer needs is kept, in ms. */
  readonly linger: number
  /** Whether owners may be in other processes: a request waits a while where there is none. */
  readonly isShared: boolean
}

/** How long a request waits for an owner: longer than another one needs to take a line over, in ms. */
const OWNER_WAIT = 5_000

/** How often it is looked for an owner, in ms. */
const LOOK = 200

/** After how many ms another owner is asked for an account where its owner is not known. */
const ASK_OTHER = 1_000

/** Longer than any request of an owner takes to settle, in ms. */
const PATIENCE = 60_000

const unanswered = (request: WithoutGrant<OwnerRequest>, error: unknown): OwnerAnswer =>
  request.kind === 'command' && !isUnsent(error)
    ? { kind: 'inDoubt' }
    : { kind: 'refused', refusal: notReachable }

export const createEdgeAccount = (
  { accountId, environment, grantId }: Pick<Entitlement, 'accountId' | 'environment' | 'grantId'>,
  { bus, listen: listenTogether, edge, linger, isShared }: EdgeAccountOptions,
  onUnused: () => void,
): EdgeAccount => {
  const listeners = new Set<AccountListener>()
  let events = Subscription.EMPTY
  let lingering = Subscription.EMPTY

  const account = { environment, slot: grantSlot(grantId), accountId }
  const notices = subjects.notices(environment, account.slot, accountId)
  /** The commands that wait for an owner or an answer, and whether they may still leave. */
  const commands = new Map<string, { isWithdrawn: boolean }>()

  /** The last event of the owner. */
  let known: Position | undefined
  const otherOwner$ = new Subject<void>()
  /** Continuity is lost: commands that no owner has got are refused, while their peers still listen. */
  const losing$ = new Subject<void>()

  const tell = (notice: WithoutGrant<OwnerNotice>): void => {
    if (notice.kind === 'withdraw') {
      const command = commands.get(notice.id)
      if (command) command.isWithdrawn = true
    }
    bus.publish(notices, JSON.stringify({ ...notice, grantId }))
  }
  const isWithdrawn = (request: WithoutGrant<OwnerRequest>): boolean =>
    request.kind === 'command' && commands.get(request.id)?.isWithdrawn === true
  /** Of a request that no owner has got: whether it is sent again. */
  const mayWait = (request: WithoutGrant<OwnerRequest>, since: number): boolean =>
    isShared && monotonicNow() - since < OWNER_WAIT && !isWithdrawn(request)
  /** Errors when a command that waits for an owner is given up. */
  const unsent = (request: WithoutGrant<OwnerRequest>, error: unknown): Observable<never> =>
    request.kind === 'command' ? losing$.pipe(mergeMap(() => throwError(() => error))) : EMPTY
  const askOwner = (request: WithoutGrant<OwnerRequest>): Observable<OwnerAnswer> => {
    const body = JSON.stringify({ ...request, grantId })
    const since = monotonicNow()
    const isOpening = request.kind === 'open'
    let tried: number | undefined
    /** Asks the owner that is known, then any, then that one again. */
    const send = (): Observable<string> => {
      const epoch = isShared && known?.epoch !== tried ? known?.epoch : undefined
      tried = epoch
      const ask$ = bus.ask(subjects.requests(environment, account.slot, accountId, epoch), body, PATIENCE)
      // It may be one that has stopped. To open an account twice does no harm.
      return isShared && isOpening && epoch === undefined
        ? timer(0, ASK_OTHER).pipe(mergeMap(() => ask$))
        : ask$
    }
    // A former owner may be gone, or its answer be lost.
    const isAbandoned$ = otherOwner$.pipe(mergeMap(() => throwError(() => busError('Unanswered'))))
    const ask$ = defer(() => {
      // It may have been withdrawn while it waited.
      if (isWithdrawn(request)) return throwError(() => busError('Unserved'))
      return merge(send(), isAbandoned$)
    })
    return ask$.pipe(
      take(1),
      // What an answer leads to may abandon all that is asked. This has its answer by then.
      takeLast(1),
      concatMap((text): Observable<OwnerAnswer> => {
        const answer = readBody(text) as OwnerReply
        if (answer.kind === 'notOwner') return throwError(() => busError('Unserved'))
        if (answer.kind !== 'notOpen') return of(answer)
        return new Observable(subscriber => {
          subscriber.next({
            kind: 'refused',
            refusal: request.kind === 'command' ? orderNotSent : notAuthorized,
          })
          // Otherwise its peers, which believe that it is, would be refused for ever.
          lose()
          subscriber.complete()
        })
      }),
      retry({
        delay: error =>
          (isUnserved(error) || (isOpening && !isUnsent(error))) && mayWait(request, since)
            ? merge(timer(LOOK), unsent(request, error))
            : throwError(() => error as unknown),
      }),
      catchError((error: unknown) => of(unanswered(request, error))),
    )
  }
  const ask = (request: WithoutGrant<OwnerRequest>): Observable<OwnerAnswer> =>
    defer(() => {
      if (request.kind !== 'command') return askOwner(request)
      commands.set(request.id, { isWithdrawn: false })
      return askOwner(request).pipe(finalize(() => commands.delete(request.id)))
    })
  const feeds = createFeeds({ listen: listenTogether, account, edge, linger, ask, tell })

  const lose = (): void => {
    losing$.next()
    feeds.reset()
    for (const listener of [...listeners]) listener.lost()
  }
  /** What came before is over, or continuity is lost. */
  const beginAt = (at: Position): void => {
    const isOther = known !== undefined && at.epoch > known.epoch
    known = at
    if (isOther) otherOwner$.next()
    lose()
  }
  const onPacket = ({ epoch, seq, ...packet }: NumberedPacket): void => {
    const at = { epoch, seq }
    if (known && isOld(at, known)) return
    if (packet.kind === 'event' && (!known || isNext(at, known))) {
      known = at
      for (const listener of [...listeners]) listener.event(packet)
    } else beginAt(at)
  }
  const listen = (): void => {
    if (!events.closed) return
    events = bus.on(subjects.events(environment, account.slot, accountId)).subscribe(packet => {
      if (packet.kind === 'gap') lose()
      else onPacket(readBody(packet.body) as NumberedPacket)
    })
  }
  /** The account is open from now on. */
  const onOpened = (answer: OwnerAnswer): OwnerAnswer => {
    if (answer.kind !== 'done' || !answer.at) return answer
    const { at, prices = subjects.ownPrices(account) } = answer
    if (known && at.epoch < known.epoch) return { kind: 'refused', refusal: notReachable }
    // Of those that have it open already, some have missed events.
    if (known && !isOld(at, known)) beginAt(at)
    else if (!feeds.isAt(prices)) lose()
    known ??= at
    feeds.follow(prices)
    return answer
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
    open: () => ask({ kind: 'open', edge }).pipe(map(onOpened)),
    renew: () => {
      if (known) tell({ kind: 'interest', edge, has: known, prices: feeds.wanted() })
    },
    meetOwner: epoch => {
      // The first event of that owner is not known.
      if (known && epoch > known.epoch) beginAt({ epoch, seq: 0 })
    },
    ask,
    tell,
    feeds,
  }
}
