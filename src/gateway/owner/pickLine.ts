import type { Environment } from '../../errorFields'
import type { Client } from '../../session/client'

/** A line, and the client on it. */
export interface OwnedLine {
  readonly name: string
  readonly environment: Environment
  readonly client: Client
  readonly accounts: () => number
}

/** A number that looks random, and is always the same for a text. */
const weight = (text: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0
  return hash
}

/** The line of a grant. If a line is added or removed, few grants move. */
export const pickLine = (
  lines: readonly OwnedLine[],
  environment: Environment,
  grantId: string,
): OwnedLine | undefined =>
  lines
    .filter(line => line.environment === environment)
    .reduce<OwnedLine | undefined>(
      (best, line) =>
        best && weight(`${best.name} ${grantId}`) >= weight(`${line.name} ${grantId}`) ? best : line,
      undefined,
    )
