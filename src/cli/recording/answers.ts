import { PayloadType } from '../../index'
import { messageRow } from '../../protocol/table'
import { parseJson } from '../../util/parseJson'

type Fields = Readonly<Partial<Record<string, unknown>>>

const object = (value: unknown): Fields => Object(value) as Fields
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])

const opening: ReadonlySet<unknown> = new Set([
  PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_REQ,
])
const closing: ReadonlySet<unknown> = new Set([
  PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ,
  PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_REQ,
  PayloadType.PROTO_OA_UNSUBSCRIBE_LIVE_TRENDBAR_REQ,
])

/** What a recording answers to requests for several symbols, also in other groups than the recorded ones. */
export interface GroupedAnswers {
  /** The answer; `undefined` if the recording does not have all of it, or for other requests. */
  readonly answerTo: (request: Fields) => string | undefined
  /** The subscriptions that a request opens. */
  readonly keysOf: (request: Fields) => readonly string[]
}

const keysOf = ({ payloadType, payload }: Fields): readonly string[] =>
  opening.has(payloadType)
    ? list(object(payload)['symbolId']).map(id => `${String(payloadType)} ${String(id)}`)
    : []

/** A program may ask for the symbols of a recording in other groups than the recorded one. */
export const groupedAnswers = (recording: string): GroupedAnswers => {
  const subscribed = new Set<string>()
  const terms = new Map<unknown, unknown>()
  for (const text of recording.split('\n')) {
    const frame = object(object(parseJson(text))['frame'])
    for (const key of keysOf(frame)) subscribed.add(key)
    if (frame['payloadType'] === PayloadType.PROTO_OA_SYMBOL_BY_ID_RES)
      for (const symbol of list(object(frame['payload'])['symbol']))
        terms.set(object(symbol)['symbolId'], symbol)
  }
  const payloadFor = (request: Fields): object | undefined => {
    const { payloadType, payload } = request
    const { ctidTraderAccountId, symbolId } = object(payload)
    if (payloadType === PayloadType.PROTO_OA_SYMBOL_BY_ID_REQ) {
      const symbol = list(symbolId).map(id => terms.get(id))
      return symbol.includes(undefined) ? undefined : { ctidTraderAccountId, symbol }
    }
    const keys = keysOf(request)
    const isKnown = keys.length > 0 && keys.every(key => subscribed.has(key))
    return isKnown || closing.has(payloadType) ? { ctidTraderAccountId } : undefined
  }
  return {
    keysOf,
    answerTo: request => {
      const payload = payloadFor(request)
      const [payloadType] = messageRow(request['payloadType'])?.answeredBy ?? []
      return payload && JSON.stringify({ payloadType, clientMsgId: request['clientMsgId'], payload })
    },
  }
}
