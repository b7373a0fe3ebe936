import { CTraderError, invalidOption } from '../errors'
import { readRequest } from './readRequest'
import type { Asked } from './readRequest'
import { parseJson } from '../util/parseJson'
import { inJson } from './json'
import { readLine, recordedText } from './line'
import type { RecordedLine } from './line'
import { omitUndefined } from '../util/omitUndefined'

/** An event on a line, in the recorded order. */
export type Step =
  /** A frame that came in, and the request on this line that caused it, if any. */
  | { readonly kind: 'in'; readonly at: number; readonly text: string; readonly cause: Asked | undefined }
  | { readonly kind: 'out'; readonly at: number; readonly asked: Asked }
  | { readonly kind: 'opened' | 'closed'; readonly at: number }
  | { readonly kind: 'lost'; readonly at: number; readonly cause: CTraderError }

export type InStep = Extract<Step, { kind: 'in' }>
export type OutStep = Extract<Step, { kind: 'out' }>

/** One attempt to open a line, and everything that followed. */
export type Attempt = readonly Step[]

/** The content of a recording. */
export interface Recorded {
  readonly attempts: readonly Attempt[]
  /** The time of its first line. */
  readonly begins: number
  /** The accounts in it. */
  readonly accountIds: readonly number[]
}

/** The id in a text that need not be valid JSON. */
const idIn = (text: string): string | undefined => /"clientMsgId"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1]

/** The requests of a line by id. For one that was sent again, the last. */
type Asking = Map<string | undefined, Asked>

const stepOf = (line: RecordedLine, asking: Asking): Step | undefined => {
  const { at } = line
  if ('direction' in line) {
    if (line.direction === 'in') {
      const text = recordedText(line.frame)
      return { kind: 'in', at, text, cause: asking.get(idIn(text)) }
    }
    const asked = readRequest(line.frame)
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
        ...omitUndefined({ close, detail }),
      })
      return { kind: 'lost', at, cause }
    }
    default:
      return { kind: line.line, at }
  }
}

/** The lines of a recording. Throws `InvalidOption` with the number of an invalid line. */
const linesIn = (recording: string | Iterable<string>): readonly RecordedLine[] => {
  const given = typeof recording === 'string' ? recording.split('\n') : [...recording]
  // A byte order mark counts as blank too.
  const texts = given.map(text => text.trim())
  const lines: RecordedLine[] = []
  for (const [index, text] of texts.entries()) {
    if (text === '') continue
    const line = readLine(text)
    if (line) lines.push(line)
    else {
      // The writing process may have died in the middle of its last line.
      const breaksOff = parseJson(text) === undefined && texts.slice(index + 1).every(rest => rest === '')
      if (lines.length === 0 || !breaksOff)
        throw invalidOption('lines', `are not a recording: line ${index + 1} is invalid`)
    }
  }
  // Most often the wrong file. A test that replays it would pass, and test nothing.
  if (typeof recording === 'string' && lines.length === 0)
    throw invalidOption('lines', 'are not a recording: there is nothing in it')
  return lines
}

/** Reads a recording. Throws `InvalidOption` if it is invalid. */
export const readAttempts = (recording: string | Iterable<string>): Recorded => {
  const lines = linesIn(recording)
  const attempts: Step[][] = []
  const accountIds = new Set<number>()
  let asking: Asking = new Map()
  for (const line of lines) {
    // A recording that started in mid-session does not have the beginning of its first line.
    if (attempts.length === 0 || ('line' in line && line.line === 'connecting')) {
      attempts.push([])
      asking = new Map()
    }
    const step = stepOf(line, asking)
    if (!step) continue
    attempts.at(-1)?.push(step)
    if (step.kind === 'out' && step.asked.accountId !== undefined) accountIds.add(step.asked.accountId)
  }
  return { attempts, begins: lines[0]?.at ?? 0, accountIds: [...accountIds] }
}
