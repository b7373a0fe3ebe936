import { omitUndefined } from './omitUndefined'

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/**
 * What may be written of an error: its kind and its place in the code. Its message may have a token, because it may come
 * from a store, a database or the network.
 */
export const describeError = (error: unknown): Readonly<Record<string, unknown>> => {
  const {
    name,
    code,
    reason,
    errorCode,
    message: text,
    stack,
  } = Object(error) as Partial<Record<string, unknown>>
  const frames = textOf(stack)
    // A line of the message could look like a frame.
    ?.replace(textOf(text) ?? '', '')
    .split('\n')
    .filter(line => /^ +at .*:\d+:\d+\)?$/.test(line))
    .slice(0, 5)
    .map(line => line.trim())
  return omitUndefined({
    name: textOf(name),
    code: textOf(code),
    reason: textOf(reason),
    errorCode: textOf(errorCode),
    frames,
  })
}
