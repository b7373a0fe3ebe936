import type { CloseInfo } from '../errorFields'
import { MAX_NESTING, isDeeperThan } from '../protocol/secrets'
import { parseJson } from '../util/parseJson'

/** A frame: as JSON if its text is exactly that JSON, otherwise the text. */
export type Frame = object | string

/** A line of a recording. `at` is the recorder's time, in ms. */
export type RecordedLine =
  | { readonly at: number; readonly direction: 'in' | 'out'; readonly frame: Frame }
  /** A line is requested, is open, or is closed by the client. */
  | { readonly at: number; readonly line: 'connecting' | 'opened' | 'closed' }
  /** It is lost, or could not be opened. */
  | { readonly at: number; readonly line: 'lost'; readonly close?: CloseInfo; readonly detail?: string }

/**
 * A frame as it is recorded, so that its exact text can be restored. A frame that is nested deeper than any message
 * stays text, because writing it as JSON would overflow the stack.
 */
export const toRecordedFrame = (text: string): Frame => {
  const value = parseJson(text)
  if (isDeeperThan(value, MAX_NESTING)) return text
  return typeof value === 'object' && value !== null && JSON.stringify(value) === text ? value : text
}

export const recordedText = (frame: Frame): string =>
  typeof frame === 'string' ? frame : JSON.stringify(frame)

const isCloseInfo = (value: unknown): value is CloseInfo => {
  const { code, reason, wasClean } = Object(value) as Readonly<Record<string, unknown>>
  return typeof code === 'number' && typeof reason === 'string' && typeof wasClean === 'boolean'
}

/** A line that was read; `undefined` if it is invalid. */
export const readLine = (text: string): RecordedLine | undefined => {
  const { at, direction, frame, line, close, detail } = Object(parseJson(text)) as Readonly<
    Record<string, unknown>
  >
  if (typeof at !== 'number' || !Number.isFinite(at)) return undefined
  if (direction === 'in' || direction === 'out')
    return typeof frame === 'string' || (typeof frame === 'object' && frame !== null)
      ? { at, direction, frame }
      : undefined
  if (line === 'connecting' || line === 'opened' || line === 'closed') return { at, line }
  if (line !== 'lost') return undefined
  return {
    at,
    line,
    ...(isCloseInfo(close) && { close }),
    ...(typeof detail === 'string' && { detail }),
  }
}
