import { Observable, Subscription, defer, finalize, map, switchMap, take, tap, throwIfEmpty } from 'rxjs'
import { asOpenLink } from '../../../connection/link'
import type { SendRequest } from '../../../connection/requests/request'
import { CTraderError } from '../../../errors'
import type { Client } from '../../../session/client'
import { requestSender } from '../../../session/links'
import type { Lease } from '../../bus/bus'

/** A line over which tokens are renewed. */
export type GrantLine = Pick<Client, 'appAuth$'>

/**
 * How long after the last sign of life of its holder another process gets the right to use a refresh token, in ms. In
 * this time, the holder either has saved the new pair, or has no way to its answer any more. So it is much longer than a
 * request and saving may take, 10 s each, and than a process is paused as a rule. It is only waited for if a process
 * has died or is paused in the middle of a renewal: otherwise the lease is given back at once.
 */
export const GRANT_TTL = 60_000

/** A refresh token leaves only if no other process may have the right for so many ms. A pause may come right after. */
const NO_OTHER_FOR = 30_000

/** The right to use the refresh token of a grant, which one process at a time has. */
export interface GrantClaim {
  /** Completes when this process has the right, and its tokens are those that are kept. Errors otherwise. */
  readonly take: () => Observable<never>
  /** Whether it certainly has it, and will have it for long enough. */
  readonly isSure: () => boolean
  readonly release: () => void
}

/** Where no other process uses the grants. */
export const soleClaim: Pick<GrantClaim, 'isSure' | 'release'> = {
  isSure: () => true,
  release: () => undefined,
}

/** `isKept` looks whether the tokens of this process are those that are kept. When `ended$` emits, it waits no more. */
export const createGrantClaim = (
  lease$: Observable<Lease>,
  isKept: () => Observable<boolean>,
  ended$: Observable<unknown>,
): GrantClaim => {
  let claim = Subscription.EMPTY
  let lease: Lease | undefined
  const release = (): void => {
    claim.unsubscribe()
    lease = undefined
  }
  return {
    isSure: () => lease?.isSure(NO_OTHER_FOR) === true,
    release,
    take: () =>
      new Observable<never>(subscriber => {
        release()
        let hasIt = false
        const held = new Subscription()
        claim = held
        subscriber.add(() => {
          if (!hasIt) held.unsubscribe()
        })
        subscriber.add(
          ended$.subscribe(() => {
            subscriber.error(new Error('this process ends'))
          }),
        )
        if (subscriber.closed) return
        const winning = lease$
          .pipe(
            switchMap(won => {
              // It may have been lost, and another process have renewed the tokens meanwhile.
              lease = undefined
              return isKept().pipe(
                take(1),
                throwIfEmpty(),
                map(isMine => ({ won, isMine })),
              )
            }),
          )
          .subscribe({
            next: ({ won, isMine }) => {
              if (isMine) {
                lease = won
                hasIt = true
                subscriber.complete()
              } else {
                held.unsubscribe()
                subscriber.error(new Error('another process has renewed the tokens'))
              }
            },
            error: (error: unknown) => {
              subscriber.error(error)
            },
          })
        held.add(winning)
      }),
  }
}

const notSent = (detail: string): CTraderError =>
  new CTraderError({ reason: 'ConnectionLost', sent: false, detail })

/** How long a refresh token waits for a line, in ms. */
const PATIENCE = 10_000

/**
 * Sends a request under a claim, if the claim is sure in the turn in which it leaves. From then on it is under way, as
 * `begin` is told, until it is settled. The line stays open until then.
 */
export const requestUnder =
  (
    { isSure, release }: Pick<GrantClaim, 'isSure' | 'release'>,
    { appAuth$ }: GrantLine,
    begin: () => Subscription,
  ): SendRequest =>
  (payloadType, payload) =>
    defer(() => {
      let leaving: Subscription | undefined
      const mayLeave = (): CTraderError | undefined => {
        if (!isSure()) return notSent('another process may renew the tokens')
        leaving ??= begin()
        return undefined
      }
      const link$ = appAuth$.pipe(
        map(asOpenLink),
        map(link => ({ ...link, ...link.inFlow(undefined, mayLeave) })),
      )
      const request = requestSender(link$, { requestTimeout: PATIENCE, trouble: () => undefined })
      return request(payloadType, payload).pipe(
        tap({ error: release }),
        finalize(() => leaving?.unsubscribe()),
      )
    })
