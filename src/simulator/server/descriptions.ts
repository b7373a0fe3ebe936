import type { Unknowns } from '../model/unknowns'

/** How the descriptions begin that have been seen on the live server: these are as they are. */
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

/** A refusal in the words that are set for its code, unless the live server's own are known. */
export const worded = <R extends { readonly errorCode: string; readonly description?: string }>(
  refusal: R,
  descriptions: Unknowns['descriptions'],
): R => {
  const { errorCode, description = '' } = refusal
  return Object.hasOwn(descriptions, errorCode) && !recorded.some(words => description.startsWith(words))
    ? { ...refusal, description: descriptions[errorCode] }
    : refusal
}
