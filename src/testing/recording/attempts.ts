import { CTraderError, invalidOption } from '../../errors'
import { PayloadType } from '../../protocol/payloadType'
import { secretFields } from '../../protocol/secrets'
import { inJson, parsed } from './json'
import { readLine, textOf } from './line'
import type { RecordedLine } from './line'

/** A request, recorded or sent now: what it is, apart from what is another each time. */
export interface Asked {
  readonly payloadType: unknown
  /** Its payload without secrets. */
  readonly exactly: string
  /** The same without times and names of its own. */
  readonly roughly: string
  readonly clientMsgId: string | undefined
  readonly clientOrderId: string | undefined
}

/** What happened on a line, in the order in which it did. */
export type Step =
  /** What came in, and which request had it come, if one of this line did. */
  | { readonly kind: 'in'; readonly at: number; readonly text: string; readonly cause: Asked | undefined }
  | { readonly kind: 'out'; readonly at: number; readonly asked: Asked }
  | { readonly kind: 'opened' | 'closed'; readonly at: number }
  | { readonly kind: 'lost'; readonly at: number; readonly cause: CTraderError }

/** One try to have a line, and all that came of it. */
export type Attempt = readonly Step[]

const isSecret = (key: string): boolean => secretFields.some(field => field === key)
const isOwn = (key: string): boolean =>
  /timestamp$/i.test(key) || key === 'clientOrderId' || key === 'clientId'

const without = (payload: unknown, isLeftOut: (key: string) => boolean): string =>
  JSON.stringify(payload ?? {}, (key, value: unknown) => (isLeftOut(key) ? undefined : value))

const stringOr = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** What a frame of the client asks; nothing where it is a heartbeat or no message. */
export const askedIn = (text: string): Asked | undefined => {
  const { payloadType, clientMsgId, payload } = Object(parsed(text)) as Readonly<Record<string, unknown>>
  if (payloadType === PayloadType.HEARTBEAT_EVENT || payloadType === undefined) return undefined
  const { clientOrderId } = Object(payload) as { readonly clientOrderId?: unknown }
  return {
    payloadType,
    exactly: without(payload, isSecret),
    roughly: without(payload, key => isSecret(key) || isOwn(key)),
    clientMsgId: stringOr(clientMsgId),
    clientOrderId: stringOr(clientOrderId),
  }
}

/** As it stands in the text, which need not be JSON. */
const idIn = (text: string): string | undefined => /"clientMsgId":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1]

/** The requests of a line by their ids; of one that was sent again, the last. */
type Asking = Map<string | undefined, Asked>

const stepOf = (line: RecordedLine, asking: Asking): Step | undefined => {
  const { at } = line
  if ('direction' in line) {
    const text = textOf(line.frame)
    if (line.direction === 'in') return { kind: 'in', at, text, cause: asking.get(idIn(text)) }
    const asked = askedIn(text)
    if (!asked) return undefined
    if (asked.clientMsgId !== undefined) asking.set(inJson(asked.clientMsgId), asked)
    return { kind: 'out', at, asked }
  }
  switch (line.line) {
    case 'connecting':
      return undefined
    case 'lost': {
      const { close, detail } = line
      const cause = new CTraderError({
        reason: 'ConnectionLost',
        sent: false,
        ...(close && { close }),
        ...(detail !== undefined && { detail }),
      })
      return { kind: 'lost', at, cause }
    }
    default:
      return { kind: line.line, at }
  }
}

/** The attempts of a recording, and when it begins. Throws `InvalidOption` with the number of a line that is none. */
export const attemptsIn = (
  lines: Iterable<string>,
): { readonly attempts: readonly Attempt[]; readonly begins: number } => {
  const attempts: Step[][] = []
  let begins: number | undefined
  let asking: Asking = new Map()
  let number = 0
  for (const text of lines) {
    number += 1
    if (text.trim() === '') continue
    const line = readLine(text)
    if (!line) throw invalidOption('lines', `are no recording: line ${number} is none of its lines`)
    begins ??= line.at
    // A recording that began in the middle has no beginning of its first line.
    if (attempts.length === 0 || ('line' in line && line.line === 'connecting')) {
      attempts.push([])
      asking = new Map()
    }
    const step = stepOf(line, asking)
    if (step) attempts.at(-1)?.push(step)
  }
  return { attempts, begins: begins ?? 0 }
}
