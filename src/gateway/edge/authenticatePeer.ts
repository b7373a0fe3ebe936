import { takeWhile } from 'rxjs'
import type { PayloadType } from '../../protocol/payloadType'
import type { Payload } from '../../protocol/table'
import type { Entitlement, Session } from '../model/session'
import { withdrawCommands } from './accounts/peerAccount'
import type { Call } from './wire/call'
import { createClientIds } from './wire/clientIds'
import type { EdgeContext, Line } from './lineState'
import { findSame, logRefusal, noEntitlements, sessionRights, watchExpiry } from './rights'
import type { SessionRights } from './rights'

const alreadyAuthenticated = {
  errorCode: 'CH_CLIENT_ALREADY_AUTHENTICATED',
  description: 'Application is already authenticated in this channel',
}

const noSession = { errorCode: 'CH_CLIENT_AUTH_FAILURE', description: 'The session is not valid' }

const tooManyLines = {
  errorCode: 'CONNECTIONS_LIMIT_EXCEEDED',
  description: 'The user has too many lines',
}

/** Takes away what is not allowed any more. */
const applyRights = (line: Line, entitlements: readonly Entitlement[]): void => {
  line.entitlements = entitlements
  for (const peer of [...line.accounts.values()]) {
    const allowed = findSame(entitlements, peer.entitlement)
    // A command that still waits must not leave.
    if (allowed?.scope !== 'trade') withdrawCommands(peer)
    if (allowed) peer.entitlement = allowed
    else peer.leave(true)
  }
}

/** Finds the session of a peer (2100), and follows its rights until the line ends. */
export const authenticatePeer = (context: EdgeContext, line: Line, call: Call): void => {
  if (line.user || line.isLoggingIn) {
    call.refuse(alreadyAuthenticated)
    return
  }
  line.isLoggingIn = true
  const { counters, limits, lines, log, nextId } = context
  const { clientId, clientSecret } = call.payload as Payload<typeof PayloadType.PROTO_OA_APPLICATION_AUTH_REQ>
  const begin = (session: Session): boolean => {
    const { userId } = session
    line.isLoggingIn = false
    if ([...lines].filter(({ user }) => user?.userId === userId).length >= limits.linesPerUser) return false
    line.user = { userId, ids: createClientIds(userId, nextId), unreported: context.unreported }
    line.life.add(
      watchExpiry(session, () => {
        line.end('The session has expired')
      }),
    )
    return true
  }
  /** Returns whether the session goes on. */
  const follow = ({ session, entitlements }: SessionRights): boolean => {
    const isNew = !line.user
    if (isNew && !begin(session)) {
      call.refuse(tooManyLines)
      return false
    }
    applyRights(line, entitlements)
    if (isNew) call.answer({})
    return true
  }
  const { token = clientSecret } = line.handshake
  const handshake = { ...line.handshake, clientId, token }
  const rights$ = sessionRights(context, handshake).pipe(takeWhile(follow))
  const fail = (error: unknown): void => {
    line.isLoggingIn = false
    logRefusal(log, !line.user, error)
    if (line.user) line.end('The session is over')
    else {
      counters.refusedSessions += 1
      call.refuse(noSession)
    }
  }
  const rights = rights$.subscribe({
    error: fail,
    complete: () => {
      if (line.isLoggingIn) fail(noEntitlements())
    },
  })
  line.life.add(rights)
}
