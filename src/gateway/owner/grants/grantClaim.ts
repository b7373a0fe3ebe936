import { Observable, Subscription, concatMap, take, tap, throwIfEmpty, throwError, timeout } from 'rxjs'
import { asOpenLink } from '../../../connection/link'
import type { SendRequest } from '../../../connection/requests/request'
import { CTraderError } from '../../../errors'
import type { Client } from '../../../session/client'
import type { Lease } from '../../bus/bus'

/** A line over which tokens are renewed. */
export type GrantLine = Pick<Client, 'appAuth$' | 'request'>

/** The right to use the refresh token of a grant, which one process at a time has. */
export interface GrantClaim {
  /** Completes when this process has the right, and its tokens are those that are kept. Errors otherwise. */
  readonly take: () => Observable<never>
  /** Whether it certainly has it at this moment. */
  readonly isSure: () => boolean
  readonly release: () => void
}

/** `isKept` looks whether the tokens of this process are those that are kept. */
export const createGrantClaim = (
  lease$: Observable<Lease>,
  isKept: () => Observable<boolean>,
): GrantClaim => {
  let claim = Subscription.EMPTY
  let lease: Lease | undefined
  const release = (): void => {
    claim.unsubscribe()
    lease = undefined
  }
  return {
    isSure: () => lease?.isSure() === true,
    release,
    take: () =>
      new Observable<never>(subscriber => {
        release()
        let hasIt = false
        const held = new Subscription()
        claim = held
        const winning = lease$
          .pipe(
            tap(won => {
              lease = won
            }),
            concatMap(() => isKept().pipe(take(1), throwIfEmpty())),
          )
          .subscribe({
            next: isMine => {
              hasIt ||= isMine
              if (isMine) subscriber.complete()
              else subscriber.error(new Error('another process has renewed the tokens'))
            },
            error: (error: unknown) => {
              subscriber.error(error)
            },
          })
        held.add(winning)
        subscriber.add(() => {
          if (!hasIt) held.unsubscribe()
        })
      }),
  }
}

const notSent = (detail: string): CTraderError =>
  new CTraderError({ reason: 'ConnectionLost', sent: false, detail })

/** How long a refresh token waits for a line, in ms. */
const PATIENCE = 10_000

/** Sends a request under a claim, if the claim is sure in the turn in which it leaves. */
export const requestUnder =
  (claim: GrantClaim, { appAuth$ }: GrantLine): SendRequest =>
  (payloadType, payload) =>
    appAuth$.pipe(
      take(1),
      timeout({ first: PATIENCE, with: () => throwError(() => notSent('there is no line')) }),
      concatMap(link =>
        asOpenLink(link)
          .inFlow(undefined, () =>
            claim.isSure() ? undefined : notSent('another process may renew the tokens'),
          )
          .request(payloadType, payload),
      ),
      tap({ error: claim.release }),
    )
