import { parseFault } from '../../simulator/faults/parse'
import type { Fault, FaultKind } from '../../simulator/faults/fault'

/** A fault, or the kind of a fault without required fields. */
export type MarbleFault = Fault | FaultKind

/** The default meaning of the letters of `broker.faults`. */
export const faultLetters = (accountId: number): Readonly<Record<string, Fault>> => ({
  d: { kind: 'drop' },
  c: { kind: 'close' },
  s: { kind: 'silence' },
  m: { kind: 'maintenance', seconds: 60 },
  a: { kind: 'accountDisconnect', accountId },
  t: { kind: 'tokenInvalidated', accountId },
  x: { kind: 'clientDisconnect' },
  b: { kind: 'malformed' },
  g: { kind: 'garbage' },
  o: { kind: 'reorder' },
  u: { kind: 'duplicate' },
  l: { kind: 'delay', ms: 500 },
  r: { kind: 'recover' },
})

/** The fault. Throws for an invalid one: a test with a misspelt fault would test nothing. */
export const readFault = (drawn: MarbleFault, accountId: number): Fault => {
  const usual = Object.values(faultLetters(accountId)).find(({ kind }) => kind === drawn)
  const read = parseFault(typeof drawn === 'string' ? (usual ?? { kind: drawn }) : drawn)
  if ('fault' in read) return read.fault
  throw new Error(`invalid fault: ${JSON.stringify(drawn)}: ${read.mistake.field} ${read.mistake.detail}`)
}
