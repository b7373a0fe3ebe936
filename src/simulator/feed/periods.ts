import { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'

const periods = new Set<number>(Object.values(ProtoOATrendbarPeriod))

/** Whether a period exists: the codec accepts any number. */
export const isPeriod = (period: number): boolean => periods.has(period)
