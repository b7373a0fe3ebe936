import { randomBytes } from 'node:crypto'
import type { PageAnswer } from '../http/page'
import { describeError } from '../../util/describeError'
import type { OAuthSettings } from './options'
import { message } from './pages'

/** What a page and the log have in common. */
export const createReference = (): string => randomBytes(6).toString('hex')

/** Logs why a page has failed, and tells the user what to do. Both have the same reference. */
export const failedPage = (
  { log, returnTo }: Pick<OAuthSettings, 'log' | 'returnTo'>,
  page: string,
  error: unknown,
): PageAnswer => {
  const reference = createReference()
  log('error', 'gateway.consent', { page, reference, error: describeError(error) })
  return message(
    500,
    'This does not work',
    `Something has failed at the gateway. See which accounts you have there, and begin again if one is missing. If it fails once more, ask who runs the application, and name the reference ${reference}.`,
    returnTo,
  )
}
