import { asyncScheduler, catchError, defer, tap, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError, hasReason, isCTraderError } from '../../errors'
import { rowOf } from '../../protocol/table'
import type { RequestType } from '../../protocol/table'
import { MAX_FRAME_SIZE } from '../../transport/frame'
import { oneAtATime } from '../../util/oneAtATime'

/** Something that is asked for. */
export interface Question {
  readonly payloadType: RequestType
  readonly payload: object
}

/** The questions of one line. */
export interface Guard {
  /** Asks one: by itself, where it may have ended a line before, and not at all where it has ended as many as it may. */
  readonly ask: <T>(question: Question, ask$: Observable<T>) => Observable<T>
  /** The line has ended, and these were under way. To be called before those who have asked learn of it. */
  readonly ended: (cause: CTraderError, underWay: readonly Question[]) => void
}

/**
 * What is known, over all lines, of questions under whose answers lines have ended, since these were too large for the
 * transport. Which question it was is not told. So those that were under way are asked one at a time on the next line:
 * what ends that, too, is not asked again, and its error is `TooLarge`.
 */
export interface Oversized {
  readonly onLine: () => Guard
}

/** So many lines a question may end. */
const MOST_LINES = 2
/** So many questions are remembered. */
const REMEMBERED = 1_000

/** Whether a line was ended by a frame that was too large, as WebSocket, the transport or the server has it. */
const isBySize = (error: unknown): boolean =>
  hasReason(error, 'ConnectionLost') &&
  (error.close?.code === 1009 || /max payload size exceeded|FRAME_TOO_LONG/i.test(error.detail ?? ''))

/** Whether there was an answer, whatever it was. */
const isAnswered = (error: unknown): boolean =>
  isCTraderError(error) && error.reason !== 'ConnectionLost' && error.reason !== 'Timeout'

/** The same of a question and of the next one that asks for as much: of a list until now the times go on. */
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
    ...(lines !== undefined && { lines }),
    detail,
  })

const endedLines = (payloadType: RequestType, lines: number): CTraderError =>
  tooLarge(payloadType, `it has ended ${lines} lines`, lines)

/** What does something is never asked again. */
const isAskedAgain = ({ payloadType }: Question): boolean => rowOf(payloadType)?.repeatable === true

export const createOversized = (): Oversized => {
  const linesOf = new Map<string, number>()

  const count = (name: string): void => {
    const lines = (linesOf.get(name) ?? 0) + 1
    linesOf.delete(name)
    linesOf.set(name, lines)
    const [oldest] = linesOf.keys()
    if (linesOf.size > REMEMBERED && oldest !== undefined) linesOf.delete(oldest)
  }

  /** How many lines it has ended, as far as one knows. Mostly nothing is remembered, and then nothing has to be named. */
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
          // What was under way twice has ended one line all the same.
          for (const name of new Set(underWay.filter(isAskedAgain).map(nameOf))) count(name)
        },
      }
    },
  }
}
