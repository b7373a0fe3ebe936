import { createGrant } from './tokens'
import type { Grant, GrantContext, GrantOptions } from './tokens'

/**
 * The grants of a client: whoever comes with an access token of one, old or new, gets that one. One that nobody holds
 * any more is forgotten, since each login may bring another; but not one that was renewed, because the tokens it was
 * given with are worth nothing.
 */
export const createGrants = (context: Omit<GrantContext, 'onRenewing'>): ((given: GrantOptions) => Grant) => {
  const renewed = new Set<Grant>()
  let grants: WeakRef<Grant>[] = []
  return given => {
    grants = grants.filter(held => held.deref() !== undefined)
    const known = grants.map(held => held.deref()).find(grant => grant?.knows(given.accessToken))
    known?.adopt(given)
    if (known) return known
    const grant: Grant = createGrant(given, {
      ...context,
      onRenewing: () => {
        renewed.add(grant)
      },
    })
    grants.push(new WeakRef(grant))
    return grant
  }
}
