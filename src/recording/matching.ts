import type { Asked } from './readRequest'
import type { Attempt, OutStep } from './attempts'
import { inJson } from './json'

/** Matches the requests of the replay to those of the recording. */
export interface Matching {
  /** Matches a request to the first equal recorded one that is not taken yet; `undefined` if there is none. */
  readonly take: (asked: Asked) => OutStep | undefined
  readonly isTaken: (recorded: Asked) => boolean
  /** The text of a recorded frame, with the ids of the replay. */
  readonly asNow: (text: string) => string
}

export const createMatching = (attempt: Attempt): Matching => {
  const free = new Map<unknown, OutStep[]>()
  for (const step of attempt) {
    if (step.kind !== 'out') continue
    const { payloadType } = step.asked
    const alike = free.get(payloadType)
    if (alike) alike.push(step)
    else free.set(payloadType, [step])
  }
  const taken = new Set<Asked>()
  const ids = new Map<string, string>()

  const note = (then: string | undefined, now: string | undefined): void => {
    if (then !== undefined && now !== undefined) ids.set(inJson(then), inJson(now))
  }

  return {
    take: asked => {
      const alike = free.get(asked.payloadType) ?? []
      const match =
        alike.find(step => step.asked.exactly === asked.exactly) ??
        alike.find(step => step.asked.roughly === asked.roughly)
      if (!match) return undefined
      alike.splice(alike.indexOf(match), 1)
      taken.add(match.asked)
      note(match.asked.clientMsgId, asked.clientMsgId)
      note(match.asked.clientOrderId, asked.clientOrderId)
      return match
    },
    isTaken: asked => taken.has(asked),
    asNow: text =>
      ids.size === 0
        ? text
        : text.replaceAll(
            /("(?:clientMsgId|clientOrderId)"\s*:\s*)"((?:[^"\\]|\\.)*)"/g,
            (whole, field: string, id: string) => {
              const now = ids.get(id)
              return now === undefined ? whole : `${field}"${now}"`
            },
          ),
  }
}
