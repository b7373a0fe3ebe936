import { asyncScheduler, catchError, defer, tap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError, hasReason, isCTraderError } from '../../errors'
import { messageRow } from '../../protocol/table'
import type { RequestType } from '../../protocol/table'
import { MAX_FRAME_SIZE } from '../../transport/frameSize'
import { oneAtATime } from '../../util/observables/oneAtATime'
import { omitUndefined } from '../../util/omitUndefined'

/** A request, by its content. */
export interface Question {
  readonly payloadType: RequestType
  readonly payload: object
}

/** The requests of one line. */
export interface Guard {
  /** Sends a request. One that may have ended a line is sent alone. One that has ended too many lines is not sent. */
  readonly ask: <T>(question: Question, ask$: Observable<T>) => Observable<T>
  /** Call this when the line has ended, before the senders of the open requests learn of it. */
  readonly ended: (cause: CTraderError, underWay: readonly Question[]) => void
}

/**
 * Remembers, over all lines, which requests had answers that were too large for the transport and ended the line.
 * The line's end does not say which request it was. So the open requests are sent one at a time on the next line.
 * If one ends that line too, it is not sent again, and its error is `TooLarge`.
 */
export interface Oversized {
  readonly onLine: () => Guard
}

/** How many lines a request may end. */
const MOST_LINES = 2
/** How many requests to remember. */
const REMEMBERED = 1_000

/** Whether a line was ended by a frame that was too large, as reported by WebSocket, the transport or the server. */
const isBySize = (error: unknown): boolean =>
  hasReason(error, 'ConnectionLost') &&
  (error.close?.code === 1009 || /max payload size exceeded|FRAME_TOO_LONG/i.test(error.detail ?? ''))

/** Whether there was any answer. */
const isAnswered = (error: unknown): boolean =>
  isCTraderError(error) && error.reason !== 'ConnectionLost' && error.reason !== 'Timeout'

/**
 * A name for a request, equal for the next one that asks for as much. The end of a list up to now moves on, so it
 * is left out.
 */
const nameOf = ({ payloadType, payload }: Question): string => {
  const { fromTimestamp, toTimestamp, ...rest } = payload as Readonly<Record<string, unknown>>
  const from = typeof fromTimestamp === 'number' ? fromTimestamp : -Infinity
  const to = typeof toTimestamp === 'number' ? toTimestamp : asyncScheduler.now()
  const length = Math.floor(Math.log2(Math.max(1, to - from)))
  return JSON.stringify([payloadType, rest, length])
}

/** The error of an answer that does not fit into a frame. */
export const tooLarge = (payloadType: RequestType, detail: string, lines?: number): CTraderError =>
  new CTraderError({
    reason: 'TooLarge',
    payloadType,
    limit: MAX_FRAME_SIZE,
    ...omitUndefined({ lines }),
    detail,
  })

const endedLines = (payloadType: RequestType, lines: number): CTraderError =>
  tooLarge(payloadType, `it has ended ${lines} lines`, lines)

/** A request with an effect is never repeated. */
const isAskedAgain = ({ payloadType }: Question): boolean => messageRow(payloadType)?.repeatable === true

export const createOversized = (): Oversized => {
  const linesOf = new Map<string, number>()

  const count = (name: string): void => {
    const lines = (linesOf.get(name) ?? 0) + 1
    linesOf.delete(name)
    linesOf.set(name, lines)
    const [oldest] = linesOf.keys()
    if (linesOf.size > REMEMBERED && oldest !== undefined) linesOf.delete(oldest)
  }

  /**
   * How many lines the request has ended, as far as known. Usually nothing is remembered, so skip making the name.
   */
  const known = (question: Question): number => (linesOf.size > 0 ? (linesOf.get(nameOf(question)) ?? 0) : 0)

  const forget = (question: Question): void => {
    linesOf.delete(nameOf(question))
  }

  const explained = (error: unknown, question: Question): unknown => {
    const lines = isBySize(error) ? known(question) : 0
    return lines >= MOST_LINES ? endedLines(question.payloadType, lines) : error
  }

  return {
    onLine: () => {
      const alone = oneAtATime()
      return {
        ask: (question, ask$) => {
          if (!isAskedAgain(question)) return ask$
          return defer(() => {
            const lines = known(question)
            if (lines >= MOST_LINES) return throwError(() => endedLines(question.payloadType, lines))
            const asked$ = ask$.pipe(
              catchError((error: unknown) => {
                if (lines > 0 && isAnswered(error)) forget(question)
                return throwError(() => explained(error, question))
              }),
            )
            return lines === 0
              ? asked$
              : alone(
                  asked$.pipe(
                    tap(() => {
                      forget(question)
                    }),
                  ),
                )
          })
        },
        ended: (cause, underWay) => {
          if (!isBySize(cause)) return
          // A request that was open twice has ended one line only.
          for (const name of new Set(underWay.filter(isAskedAgain).map(nameOf))) count(name)
        },
      }
    },
  }
}
