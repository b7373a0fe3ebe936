import { kinds } from './fault'
import type { Fault, FaultKind } from './fault'

/** Why a value is not a fault: the field, and what is wrong with it. */
export interface InvalidFault {
  readonly field: string
  readonly detail: string
}

type Given = Readonly<Record<string, unknown>>

const isKind = (kind: unknown): kind is FaultKind => typeof kind === 'string' && Object.hasOwn(kinds, kind)

const carriers: readonly unknown[] = [undefined, 50, 2142, 2132]

/** The codes with which a peer may close (RFC 6455, section 7.4). */
const isCloseCode = (code: unknown): boolean =>
  code === undefined ||
  (typeof code === 'number' &&
    ((code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999)))

const sides: readonly unknown[] = [undefined, 'bid', 'ask']

// The longest delay of a timer.
const MAX_MS = 2_147_483_647
// The longest reason in a closing frame.
const MAX_REASON = 123

/** What types cannot express. */
const outOfRange = ({ kind, carrier, code, reason, times, ms, side }: Given): InvalidFault | undefined =>
  !carriers.includes(carrier) || (kind === 'maintenance' && carrier === 2132)
    ? {
        field: 'carrier',
        detail: kind === 'maintenance' ? 'must be 50 or 2142' : 'must be 50, 2132 or 2142',
      }
    : !isCloseCode(code)
      ? { field: 'code', detail: 'must be a code a server may close with: 1000, 1001, 3000 to 4999 …' }
      : kind === 'close' && typeof reason === 'string' && new TextEncoder().encode(reason).length > MAX_REASON
        ? { field: 'reason', detail: `must not be longer than ${MAX_REASON} bytes` }
        : times === 0
          ? { field: 'times', detail: 'must be at least 1' }
          : typeof ms === 'number' && ms > MAX_MS
            ? { field: 'ms', detail: `must not be more than ${MAX_MS}` }
            : !sides.includes(side)
              ? { field: 'side', detail: "must be 'bid' or 'ask'" }
              : undefined

/**
 * Reads a fault from JSON. It is strict, because a test with a misspelt field would test nothing.
 * `parseFault(JSON.parse(text))` returns the `fault`, or the `mistake` with its field and detail.
 */
export const parseFault = (
  parsed: unknown,
): { readonly fault: Fault } | { readonly mistake: InvalidFault } => {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return { mistake: { field: 'body', detail: 'must be a JSON object' } }
  const { kind, ...fields } = parsed as Given
  if (!isKind(kind))
    return { mistake: { field: 'kind', detail: `must be one of ${Object.keys(kinds).join(', ')}` } }
  const codec = kinds[kind]
  let unknown: string | undefined
  if (
    codec.check(fields, (_, field, drift) => (drift === 'unknownField' ? (unknown ??= field) : undefined)) ===
    0
  ) {
    const result = codec.decode(fields)
    const context = result._tag === 'Left' ? (result.left[0]?.context.slice(1) ?? []) : []
    return {
      mistake: {
        field: context.map(({ key }) => key).join('.'),
        detail: `must be a value of type ${context.at(-1)?.type.name ?? codec.name}`,
      },
    }
  }
  if (unknown !== undefined) return { mistake: { field: unknown, detail: `is not a field of ${kind}` } }
  const mistake = outOfRange({ kind, ...fields })
  return mistake ? { mistake } : { fault: { kind, ...fields } as Fault }
}
