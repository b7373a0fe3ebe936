import type { SendRequest } from '../../../connection/requests/request'
import type { AskCredential } from './credential'
import { createAskedGrant, createGrant } from './grant'
import type { Grant, GrantContext } from './grant'
import type { GrantOptions } from './tokens'

/**
 * The grants of a client, found by any of their access tokens, old or new. A grant without an account is forgotten,
 * because each login may bring another. But a renewed grant is kept, because its original tokens are worth nothing:
 * until an account of it is logged out, or the grant is lost.
 */
export const createGrants = ({
  requestOf,
  ...context
}: Omit<GrantContext, 'onRenewing' | 'onRelease' | 'request'> & {
  readonly ask: AskCredential
  /** The requests of a grant, when it has begun. */
  readonly requestOf: (grant: () => Grant) => SendRequest
}): ((given: GrantOptions) => Grant) => {
  const renewed = new Set<Grant>()
  let grants: WeakRef<Grant>[] = []
  return given => {
    grants = grants.filter(held => held.deref() !== undefined)
    const known = grants.map(held => held.deref()).find(grant => grant?.knows(given.accessToken))
    known?.adopt(given)
    if (known) return known
    const { accessToken } = given
    const grant: Grant =
      typeof accessToken === 'string'
        ? createGrant(
            { ...given, accessToken },
            {
              ...context,
              request: requestOf(() => grant),
              onRenewing: () => {
                renewed.add(grant)
              },
              onRelease: () => {
                renewed.delete(grant)
              },
            },
          )
        : createAskedGrant(accessToken, context.ask)
    grants.push(new WeakRef(grant))
    return grant
  }
}
