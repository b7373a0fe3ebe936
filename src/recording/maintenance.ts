import { toMs } from '../connection/requests/refusal'
import { PayloadType } from '../protocol/payloadType'
import { parseJson } from '../util/parseJson'

const FIELD = '"maintenanceEndTimestamp"'
const pattern = new RegExp(String.raw`(${FIELD}\s*:\s*)(\d+)`)

/**
 * Moves the end of a maintenance in a frame to the time of the replay. The client waits until that end. With the
 * recorded date, it would wait for years, or not at all.
 */
export const withMaintenance = (text: string, moved: (at: number) => number): string => {
  if (!text.includes(FIELD)) return text
  const { payloadType } = Object(parseJson(text)) as { readonly payloadType?: unknown }
  // In seconds in a 2142, in ms in a 50.
  const inSeconds = payloadType === PayloadType.PROTO_OA_ERROR_RES
  return text.replace(pattern, (_, field: string, digits: string) => {
    const end = Math.max(0, moved(inSeconds ? toMs(Number(digits)) : Number(digits)))
    return `${field}${Math.ceil(inSeconds ? end / 1_000 : end)}`
  })
}
