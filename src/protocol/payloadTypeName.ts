import { PayloadType } from './payloadType'

const names = new Map<unknown, string>(Object.entries(PayloadType).map(([name, type]) => [type, name]))

/** The official name of a payload type: `payloadTypeName(2131)` is `'PROTO_OA_SPOT_EVENT'`. Unknown ones have none. */
export const payloadTypeName = (payloadType: unknown): string | undefined => names.get(payloadType)
