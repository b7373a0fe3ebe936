import { invalidOption } from '../../errors'
import type { Session } from './session'
import { checkEnvironment, isObject, requireText, requireWhole } from './valueChecks'

/** Throws `InvalidOption`, naming the field, unless it can be the session of a user. */
export const checkSession = (session: unknown, within = ''): void => {
  const { userId, expiresAt } = Object(session) as Partial<Record<keyof Session, unknown>>
  requireText(`${within}userId`, userId)
  // A timer would take a date as 0, or never end.
  if (expiresAt !== undefined && !Number.isFinite(expiresAt))
    throw invalidOption(`${within}expiresAt`, 'must be a finite number of ms since the epoch')
}

/** Throws `InvalidOption`, naming the field, unless they can be the accounts of a session. */
export const checkEntitlements = (entitlements: unknown): void => {
  if (!Array.isArray(entitlements)) throw invalidOption('value', 'must be a list of entitlements')
  entitlements.forEach((entitlement: unknown, index) => {
    if (!isObject(entitlement)) throw invalidOption(String(index), 'must be an object')
    const { accountId, environment, grantId, scope, traderLogin } = entitlement
    requireWhole(`${index}.accountId`, accountId)
    checkEnvironment(`${index}.environment`, environment)
    requireText(`${index}.grantId`, grantId)
    if (scope !== 'view' && scope !== 'trade')
      throw invalidOption(`${index}.scope`, "must be 'view' or 'trade'")
    if (traderLogin !== undefined) requireWhole(`${index}.traderLogin`, traderLogin)
  })
}
