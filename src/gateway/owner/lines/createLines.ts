import { createClient } from '../../../session/client'
import type { AppCredentials } from '../../../session/authentication/auth'
import type { Log } from '../../../session/logging/log'
import { createLineCounters } from '../../model/lineCounters'
import type { LineOptions, OwnedLine } from '../session/ownedLine'

/** What the clients of the lines are made of. */
export interface LinesOptions {
  readonly application: AppCredentials
  readonly lines: readonly LineOptions[]
  readonly feedOf: (account: { readonly accountId: number }) => string | undefined
  readonly log: Log
  readonly random: () => number
}

/** Makes the lines. None is open yet. */
export const createLines = ({
  application,
  lines,
  feedOf,
  log,
  random,
}: LinesOptions): readonly OwnedLine[] =>
  lines.map(({ name, environment, connect }) => ({
    name,
    environment,
    counters: createLineCounters(),
    client: createClient({
      ...application,
      feedOf,
      log,
      random,
      ...(connect ? { connect, environment } : { environment }),
    }),
  }))
