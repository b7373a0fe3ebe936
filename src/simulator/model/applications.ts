import * as refusals from './refusals'
import type { Refusal } from './refusals'
import type { Session } from './session'

/** A program registered with the broker. */
export interface Application {
  readonly clientId: string
  readonly clientSecret: string
  /** Whether it is approved. Before that it is refused. Default true. */
  readonly active?: boolean
  /** To which addresses users may come back from the consent page. Default those of this machine. */
  readonly redirectUris?: readonly string[]
}

/** Which application is on which connection. */
export interface Applications {
  /** Registers an application on a connection, or returns the refusal. */
  readonly enter: (session: Session, application: Application) => Refusal | undefined
  /** The `clientId` of the application on a connection. */
  readonly on: (session: Session) => string | undefined
  readonly leave: (session: Session) => void
}

/** `connections` is the maximum per application at a time. */
export const createApplications = (known: readonly Application[], connections: number): Applications => {
  const entered = new Map<Session, string>()

  return {
    enter: (session, { clientId, clientSecret }) => {
      if (entered.has(session)) return refusals.clientAlreadyAuthenticated
      const application = known.find(
        candidate => candidate.clientId === clientId && candidate.clientSecret === clientSecret,
      )
      if (!application) return refusals.wrongClient
      if (application.active === false) return refusals.clientNotActive
      const open = [...entered.values()].filter(other => other === clientId).length
      if (open >= connections) return refusals.tooManyConnections
      entered.set(session, clientId)
      return undefined
    },
    on: session => entered.get(session),
    leave: session => {
      entered.delete(session)
    },
  }
}
