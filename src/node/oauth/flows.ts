import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { GrantedAccount } from '../../gateway'
import type { Tokens } from '../../session/authentication/grants/tokens'
import type { UserGrant } from '../grants/rights'

/** A grant that the user has to confirm. */
export interface PendingGrant {
  readonly grantId: string
  readonly ctidUserId: UserGrant['ctidUserId']
  readonly accounts: readonly GrantedAccount[]
  /** In memory only: what is never confirmed must not stay anywhere, also if this process is killed. */
  readonly tokens: Required<Tokens>
  /** What only the form of the confirmation knows. */
  readonly form: string
}

/** A consent that a user has begun. */
export interface Flow {
  readonly userId: string
  /** What only the cookie of the browser knows that has begun it. */
  readonly nonce: string
  readonly state: string
  /** Whether a code has come back. It counts once, also if it is refused. */
  hasCode: boolean
  pending: PendingGrant | undefined
}

/** The consents that are under way, one for each user. */
export interface Flows {
  readonly begin: (userId: string) => Flow
  /** The flow of this user in this browser. */
  readonly find: (userId: string, nonce: string | undefined) => Flow | undefined
  /** Ends a flow that is over. */
  readonly end: (flow: Flow) => void
}

/** How long a user may take, in ms. */
export const FLOW_LIFETIME = 600_000

export const randomText = (): string => randomBytes(32).toString('base64url')

/** Takes the same time wherever two texts differ. */
export const isSameText = (one: string, other: string): boolean => {
  const [first, second] = [Buffer.from(one), Buffer.from(other)]
  return first.length === second.length && timingSafeEqual(first, second)
}

export const createFlows = (): Flows => {
  const flows = new Map<string, { readonly flow: Flow; readonly timer: NodeJS.Timeout }>()

  const drop = (userId: string): void => {
    clearTimeout(flows.get(userId)?.timer)
    flows.delete(userId)
  }
  return {
    begin: userId => {
      drop(userId)
      const flow: Flow = {
        userId,
        nonce: randomText(),
        state: randomText(),
        hasCode: false,
        pending: undefined,
      }
      const timer = setTimeout(drop, FLOW_LIFETIME, userId).unref()
      flows.set(userId, { flow, timer })
      return flow
    },
    find: (userId, nonce = '') => {
      const flow = flows.get(userId)?.flow
      return flow && isSameText(flow.nonce, nonce) ? flow : undefined
    },
    end: flow => {
      if (flows.get(flow.userId)?.flow === flow) drop(flow.userId)
    },
  }
}
