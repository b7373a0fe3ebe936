import type { Unknowns } from '../model/unknowns'

/** The beginnings of texts that were recorded on the live server: they are not changed. */
const recorded = [
  'Malformed JSON message at',
  'clientId or clientSecret is incorrect',
  'OA client is not in active state',
  'Trading account is not authorized',
  'Trading account is already authorized in this channel',
  'Invalid access token',
  'Access token expired',
  'Cannot route request',
  'Order volume =',
  'Order price =',
  'Order protection =',
  'Relative stop loss has invalid precision',
  'SL/TP in absolute values are allowed only',
  'Nothing to amend.',
  'Position not found with id',
  'Order not found with id',
  'New TP for',
  'New SL for',
]

/** A refusal with the text that is set for its code, unless it has a recorded text of the live server. */
export const describeRefusal = <R extends { readonly errorCode: string; readonly description?: string }>(
  refusal: R,
  descriptions: Unknowns['descriptions'],
): R => {
  const { errorCode, description = '' } = refusal
  return Object.hasOwn(descriptions, errorCode) && !recorded.some(words => description.startsWith(words))
    ? { ...refusal, description: descriptions[errorCode] }
    : refusal
}
