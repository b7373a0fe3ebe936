/** The place of a packet: the owner that has sent it, and its number among those of this owner. */
export interface Position {
  /** Grows with each owner. */
  readonly epoch: number
  /** Grows by one with each packet of an owner. */
  readonly seq: number
}

/** Whether a packet adds nothing to what is known: it is one of a former owner, or came before. */
export const isOld = (packet: Position, known: Position): boolean =>
  packet.epoch < known.epoch || (packet.epoch === known.epoch && packet.seq <= known.seq)

/** Whether nothing is missing between what is known and a packet. */
export const isNext = (packet: Position, known: Position): boolean =>
  packet.epoch === known.epoch && packet.seq === known.seq + 1
