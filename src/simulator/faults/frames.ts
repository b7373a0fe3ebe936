import type { AnyStruct } from '../../protocol/struct'
import { rowOf } from '../../protocol/table'
import { fieldOf, isEnum, isStruct } from '../codecs'
import type { Armoury } from './armed'
import type { FrameFault, RequestFault } from './fault'
import type { Line } from './line'

const frameFaults: ReadonlySet<string> = new Set<FrameFault['kind']>([
  'malformed',
  'garbage',
  'duplicate',
  'reorder',
  'extraField',
  'unknownEnumValue',
])
const isFrameFault = (fault: RequestFault | FrameFault): fault is FrameFault => frameFaults.has(fault.kind)

interface Frame {
  readonly payloadType?: unknown
  readonly payload?: unknown
}

const parse = (text: string): Frame => {
  try {
    return Object(JSON.parse(text)) as Frame
  } catch {
    return {}
  }
}

const NO_MEMBER = 4711

/** The payload with an enum number nobody knows in its first enum field, or the first of that name; none without one. */
const withUnknownEnum = (
  codec: AnyStruct,
  payload: unknown,
  wanted: string | undefined,
): object | undefined => {
  if (typeof payload !== 'object' || payload === null) return undefined
  for (const [key, value] of Object.entries(payload) as [string, unknown][]) {
    const field = fieldOf(codec, key)
    if (field === undefined) continue
    const [first, ...rest] = (field.repeated ? value : [value]) as readonly unknown[]
    const changed = isStruct(field.codec)
      ? withUnknownEnum(field.codec, first, wanted)
      : isEnum(field.codec) && (wanted ?? key) === key
        ? NO_MEMBER
        : undefined
    if (changed !== undefined) return { ...payload, [key]: field.repeated ? [changed, ...rest] : changed }
  }
  return undefined
}

const withEnum = (frame: Frame, field: string | undefined): string | undefined => {
  const codec = rowOf(frame.payloadType)?.codec
  const payload = codec && withUnknownEnum(codec, frame.payload, field)
  return payload && JSON.stringify({ ...frame, payload })
}

const withField = (frame: Frame, field = 'fieldOfTomorrow'): string | undefined =>
  frame.payloadType === undefined
    ? undefined
    : JSON.stringify({ ...frame, payload: { ...(Object(frame.payload) as object), [field]: 1 } })

/** The frames that come instead of one; none if the fault cannot befall it. */
const befall = (
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
    case 'extraField':
    case 'unknownEnumValue': {
      const frame = parse(text)
      const changed =
        fault.kind === 'extraField' ? withField(frame, fault.field) : withEnum(frame, fault.field)
      return changed === undefined ? undefined : [changed]
    }
  }
}

/** What the armed faults make of each frame to a line: other frames, more of them, or none until the next. */
export const tampering = (armoury: Armoury, line: () => Line): ((text: string) => readonly string[]) => {
  let heldBack: readonly string[] = []

  return text => {
    if (armoury.isEmpty() && heldBack.length === 0) return [text]
    const { payloadType } = parse(text)
    const behind = heldBack
    heldBack = []
    let texts: readonly string[] = [text]
    let isHeldBack = false
    for (const armed of armoury.pick(line(), isFrameFault)) {
      const { fault } = armed
      if (fault.payloadType !== undefined && fault.payloadType !== payloadType) continue
      if (fault.kind === 'reorder') {
        if (behind.length > 0 || isHeldBack) continue
        isHeldBack = true
        armoury.spend(armed)
        continue
      }
      const befallen = texts.map(one => befall(fault, one))
      if (befallen.every(frames => frames === undefined)) continue
      texts = texts.flatMap((one, index) => befallen[index] ?? [one])
      armoury.spend(armed)
    }
    if (!isHeldBack) return [...texts, ...behind]
    heldBack = texts
    return []
  }
}
