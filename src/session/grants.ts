import { createGrant } from './tokens'
import type { Grant, GrantContext, GrantOptions } from './tokens'

/** The grants of a client: whoever comes with an access token of one, old or new, gets that one. */
export const createGrants = (context: GrantContext): ((given: GrantOptions) => Grant) => {
  const grants: Grant[] = []
  return given => {
    const known = grants.find(grant => grant.knows(given.accessToken))
    known?.adopt(given)
    if (known) return known
    const grant = createGrant(given, context)
    grants.push(grant)
    return grant
  }
}
