/** The positions that quotes do not value: each waits for a value, is given up, or has the server's value. */
export const createUnquoted = () => {
  let waits = 0
  let questions = 0
  // Each position is in at most one of these.
  const waiting = new Set<number>()
  const missing = new Set<number>()
  const answered = new Set<number>()

  /** Quotes value the position, or it does not exist any more. */
  const settle = (positionId: number): boolean =>
    waiting.delete(positionId) || missing.delete(positionId) || answered.delete(positionId)

  return {
    /** The positions that are given up. */
    missing: missing as ReadonlySet<number>,
    settle,
    /** Waits for a value, also if the position was given up. */
    await: (positionId: number): void => {
      settle(positionId)
      if (waiting.size === 0) waits++
      waiting.add(positionId)
      questions++
    },
    /** The server has a value. Returns false for a position that quotes value. */
    answer: (positionId: number): boolean => {
      const isUnquoted = settle(positionId)
      if (isUnquoted) answered.add(positionId)
      return isUnquoted
    },
    /** Stops waiting. Returns the positions that are given up now. */
    giveUp: (): readonly number[] => {
      const given = [...waiting]
      for (const positionId of given) missing.add(positionId)
      waiting.clear()
      return given
    },
    /** A token for the wait for values while there is one. Each wait has its own. */
    wait: (): number | undefined => (waiting.size > 0 ? waits : undefined),
    /**
     * A token while the server must be asked, because quotes do not value everything. It changes when there is more
     * to ask.
     */
    question: (): number | undefined =>
      waiting.size + missing.size + answered.size > 0 ? questions : undefined,
  }
}

export type Unquoted = ReturnType<typeof createUnquoted>
