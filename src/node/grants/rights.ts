import type { ObservableInput } from 'rxjs'
import type { Entitlement } from '../../gateway'

/** A grant of a user of the gateway, and the accounts that it opens. */
export interface UserGrant {
  readonly grantId: string
  /** cTrader's id of the person who has granted access. */
  readonly ctidUserId: number
  readonly accounts: readonly Omit<Entitlement, 'grantId'>[]
}

/** Which grants belong to which user. */
export interface Rights {
  /** The grants of a user. Emits once. */
  readonly grants: (userId: string) => ObservableInput<readonly UserGrant[]>
  /** Gives a grant to a user. */
  readonly add: (userId: string, grant: UserGrant) => ObservableInput<unknown>
  /** Takes a grant away from a user. */
  readonly remove: (userId: string, grantId: string) => ObservableInput<unknown>
}
