import { mergeMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType } from '../../index'
import { replay } from '../../recording'
import type { Socket } from '../../transport/socket'
import { parseJson } from '../../util/parseJson'
import type { GroupedAnswers } from './answers'

/** The recording as one program sees it. */
export interface ReplaySession {
  readonly connect: () => Observable<Socket>
  /** Whether the last recorded event has come. */
  readonly isEnded: () => boolean
  readonly ended$: Observable<undefined>
}

type Fields = Readonly<Partial<Record<string, unknown>>>

const fields = (value: unknown): Fields => Object(value) as Fields

/** The subscription that an event belongs to, as a key; `undefined` for other frames. */
const subscriptionOf = ({ payloadType, payload }: Fields): string | undefined => {
  const symbolId = String(fields(payload)['symbolId'])
  if (payloadType === PayloadType.PROTO_OA_SPOT_EVENT)
    return `${PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ} ${symbolId}`
  if (payloadType === PayloadType.PROTO_OA_DEPTH_EVENT)
    return `${PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ} ${symbolId}`
  return undefined
}

const isRefusal = ({ payloadType }: Fields): boolean => payloadType === PayloadType.PROTO_OA_ERROR_RES

/**
 * A line for a program that need not be the recorded one. It may ask for other groups of symbols. Events come when
 * it has subscribed, also those that were due before.
 */
const tolerantSocket = (socket: Socket, { answerTo, keysOf }: GroupedAnswers): Socket => {
  const answers = new Map<unknown, string>()
  const asked = new Map<unknown, readonly string[]>()
  const subscribed = new Set<string>()
  const early = new Map<string, string[]>()

  const received = (text: string): readonly string[] => {
    const frame = fields(parseJson(text))
    const key = subscriptionOf(frame)
    if (key !== undefined) {
      if (subscribed.has(key)) return [text]
      const waiting = early.get(key) ?? []
      waiting.push(text)
      early.set(key, waiting)
      return []
    }
    const id = frame['clientMsgId']
    const other = isRefusal(frame) ? answers.get(id) : undefined
    const keys = isRefusal(frame) && other === undefined ? [] : (asked.get(id) ?? [])
    answers.delete(id)
    asked.delete(id)
    const flushed = keys.flatMap(one => {
      subscribed.add(one)
      const waiting = early.get(one) ?? []
      early.delete(one)
      return waiting
    })
    return [other ?? text, ...flushed]
  }
  return {
    frame$: socket.frame$.pipe(mergeMap(received)),
    send: text => {
      const request = fields(parseJson(text))
      const id = request['clientMsgId']
      const answer = answerTo(request)
      if (answer !== undefined) answers.set(id, answer)
      asked.set(id, keysOf(request))
      socket.send(text)
    },
  }
}

/** One replay of a recording. */
export const createReplaySession = (
  recording: string,
  speed: number,
  answers: GroupedAnswers,
): ReplaySession => {
  const played = replay(recording, { speed })
  let isEnded = false
  played.ended$.subscribe(() => {
    isEnded = true
  })
  return {
    connect: () => played().pipe(mergeMap(socket => [tolerantSocket(socket, answers)])),
    isEnded: () => isEnded,
    ended$: played.ended$,
  }
}
