import { randomBytes } from 'node:crypto'
import type { PageAnswer } from '../http/page'
import { omitUndefined } from '../../util/omitUndefined'
import type { OAuthSettings } from './options'
import { message } from './pages'

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

/** Logs why a page has failed, and tells the user what to do. Both have the same reference. */
export const failedPage = (
  { log, returnTo }: Pick<OAuthSettings, 'log' | 'returnTo'>,
  page: string,
  error: unknown,
): PageAnswer => {
  const reference = randomBytes(6).toString('hex')
  log('error', 'gateway.consent', { page, reference, error: describeError(error) })
  return message(
    500,
    'This does not work',
    `Something has failed at the gateway. See which accounts you have there, and begin again if one is missing. If it fails once more, ask who runs the application, and name the reference ${reference}.`,
    returnTo,
  )
}
