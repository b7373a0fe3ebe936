import { isCTraderError } from 'rx-ctrader'
import type { OrderIntent } from 'rx-ctrader'
import { isHeard } from './calm'
import { MINUTE } from './calls'
import { authenticatedBetween } from './known'
import { commandNamed, isShown, isTold, sinceStart } from './ledgerOf'
import { HORIZON } from './play'
import type { Outcome } from './play'
import type { Word } from './said'

interface Case {
  readonly outcome: Outcome
  readonly intent: OrderIntent
  readonly word: Word
}

/** A question that waits for its turn is answered within so many ms. */
const ANSWERED = 10_000
/** An event is heard within so many ms. */
const HEARD = 1_000

/** It is looked for as long as is said, and that while the account is authenticated. */
const timeWrongs = ({ outcome, intent: { id }, word: { at, error, status } }: Case): string[] => {
  if (!isCTraderError(error) || error.reason !== 'NotFound') return []
  const sent = outcome.record.words.get(id)?.find(word => word.status === 'sent')
  if (!sent) return []
  const waited = authenticatedBetween(outcome.known, sent.at, at)
  const caller = status === 'NotFound' && outcome.calls.find(({ ids }) => ids.includes(id))
  const horizon = caller ? caller.horizon : MINUTE
  if (error.after < horizon - 1) return [`${id} was not found in ${error.after} ms, and not in ${horizon}`]
  return waited < error.after - 1
    ? [`${id} was not found in ${error.after} ms, of which there were ${waited}`]
    : []
}

/** What the server shows, and nothing keeps it from being seen, is found. */
const shownWrongs = ({ outcome, intent, word: { at } }: Case): string[] =>
  isHeard(outcome, at - ANSWERED, at) && isShown(outcome, intent, at - ANSWERED)
    ? [`${intent.id} was shown, and is not found`]
    : []

/** What the server tells, and nothing keeps it from being heard, is known; what it tells later, the log is told of. */
const toldWrongs = ({ outcome, intent, word: { at, status } }: Case): string[] => {
  const { id } = intent
  const { isDone, doneAt = Infinity } = commandNamed(outcome, id) ?? {}
  const done = sinceStart(outcome, doneAt)
  if (isDone !== true || !isTold(outcome, intent) || !isHeard(outcome, done - HEARD, done + HEARD)) return []
  if (done + HEARD < at) return [`${id} was told, and is not found`]
  return done > at && done < HORIZON && status === 'NotFound' && !outcome.found.has(id)
    ? [`${id} was told later, and not the log`]
    : []
}

/** What is wrong about saying that something was not found. */
export const doubtWrongs = (one: Case): string[] => [
  ...timeWrongs(one),
  ...shownWrongs(one),
  ...toldWrongs(one),
]
