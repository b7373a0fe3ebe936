import { ProtoOATrendbarPeriod } from '../../protocol/messages/enums'

const periods = new Set<number>(Object.values(ProtoOATrendbarPeriod))

/** Whether there is such a period: a codec lets any number pass for one. */
export const isPeriod = (period: number): boolean => periods.has(period)
