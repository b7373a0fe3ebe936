import type { ArmedFaults } from './armed'
import {
  lengthOfList,
  oversize,
  parseFrame,
  withEnum,
  withField,
  withSpoiltEntity,
  withSpoiltField,
} from './damage'
import type { Frame } from './damage'
import type { FrameFault, RequestFault } from './fault'
import type { Line } from './line'

const frameFaults: ReadonlySet<string> = new Set<FrameFault['kind']>([
  'malformed',
  'unreadable',
  'unreadableEntity',
  'oversized',
  'garbage',
  'duplicate',
  'reorder',
  'extraField',
  'unknownEnumValue',
])
const isFrameFault = (fault: RequestFault | FrameFault): fault is FrameFault => frameFaults.has(fault.kind)

/** The damaged frame; `undefined` if the fault does not apply to it. */
const damaged = (
  fault: Extract<FrameFault, { kind: 'unreadable' | 'unreadableEntity' | 'extraField' | 'unknownEnumValue' }>,
  frame: Frame,
): Frame | undefined => {
  switch (fault.kind) {
    case 'unreadable':
      return withSpoiltField(frame, fault.field)
    case 'unreadableEntity':
      return withSpoiltEntity(frame, fault.index, fault.field)
    case 'extraField':
      return withField(frame, fault.field)
    case 'unknownEnumValue':
      return withEnum(frame, fault.field)
  }
}

/** The frames that are sent instead of one; `undefined` if the fault does not apply to it. */
const strike = (
  fault: Exclude<FrameFault, { kind: 'reorder' }>,
  text: string,
): readonly string[] | undefined => {
  switch (fault.kind) {
    case 'malformed':
      return [text.slice(0, Math.ceil(text.length / 2))]
    case 'garbage':
      return [fault.text ?? '\u0000garbage', text]
    case 'duplicate':
      return [text, text]
    case 'oversized':
      return lengthOfList(parseFrame(text)) > (fault.above ?? -1) ? [oversize(text)] : undefined
    default: {
      const changed = damaged(fault, parseFrame(text))
      return changed && [JSON.stringify(changed)]
    }
  }
}

/**
 * Applies the armed faults to each frame of a line. The result is other frames, more frames, or no frames until the
 * next one.
 */
export const applyFrameFaults = (
  armedFaults: ArmedFaults,
  line: () => Line,
): ((text: string) => readonly string[]) => {
  let heldBack: readonly string[] = []

  return text => {
    if (armedFaults.isEmpty() && heldBack.length === 0) return [text]
    const { payloadType } = parseFrame(text)
    const behind = heldBack
    heldBack = []
    let texts: readonly string[] = [text]
    let isHeldBack = false
    for (const armed of armedFaults.pick(line(), isFrameFault)) {
      const { fault } = armed
      if (fault.payloadType !== undefined && fault.payloadType !== payloadType) continue
      if (fault.kind === 'reorder') {
        if (behind.length > 0 || isHeldBack) continue
        isHeldBack = true
        armedFaults.spend(armed)
        continue
      }
      const struck = texts.map(one => strike(fault, one))
      if (struck.every(frames => frames === undefined)) continue
      texts = texts.flatMap((one, index) => struck[index] ?? [one])
      armedFaults.spend(armed)
    }
    if (!isHeldBack) return [...texts, ...behind]
    heldBack = texts
    return []
  }
}
