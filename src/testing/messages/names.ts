import { PayloadType } from '../../protocol/payloadType'

const names = new Map<unknown, string>(Object.entries(PayloadType).map(([name, type]) => [type, name]))

/** The official name of a payload type. */
export const nameOf = (payloadType: unknown): string | undefined => names.get(payloadType)
