import { guardOf } from './guard'
import type { Heard } from './heard'
import { isItself } from './itself'
import type { NewOrderTerms } from './itself'
import { advance, idsOf, isIncomplete, unheard } from './progress'
import type { OrderUpdate } from './update'

/** What is news, and whether nothing more is to come. */
export interface Followed {
  readonly updates: readonly OrderUpdate[]
  readonly isOver: boolean
  /** Whether more has happened than was told, which has to be asked for. */
  readonly isIncomplete?: boolean
}

/**
 * Takes what is heard of an account, in whatever order and however often, and gives back what of it is news of one
 * command. Remembers what it has told: each execution of a command is followed by its own.
 */
export type Follow = (heard: Heard) => Followed

/**
 * Of `placeOrder`: over with `filled`, `cancelled`, `expired` or `rejected`; where it has protections to come, with
 * `protected` after what was filled, or without if its position is closed before.
 */
export const followNewOrder = (terms: NewOrderTerms): Follow => {
  const guard = guardOf(terms)
  let progress = unheard
  let isOver = false

  return heard => {
    if (isOver) return { updates: [], isOver }
    const isOwn = isItself(heard, progress, terms)
    const [after, news] = isOwn ? advance(progress, heard) : [progress, []]
    progress = after
    guard.look(heard, progress)
    const { order, told } = progress
    if (!order || !told?.isEnded)
      return { updates: news, isOver, ...(isOwn && isIncomplete(progress) && { isIncomplete: true }) }
    const position = guard.protectedBy(progress)
    isOver = position !== 'awaited'
    return typeof position === 'string'
      ? { updates: news, isOver }
      : { updates: [...news, { status: 'protected', ...idsOf(order), position }], isOver }
  }
}

/** Of `closePosition`: as of an order that opens, with its id for the one of the closing order. */
export const followClose = ({ clientMsgId }: Pick<NewOrderTerms, 'clientMsgId'>): Follow =>
  followNewOrder({ clientMsgId, clientOrderId: clientMsgId, asked: {} })
