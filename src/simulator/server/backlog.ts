import { PayloadType } from '../../protocol/payloadType'
import type { ProtoOADepthEvent, ProtoOASpotEvent } from '../../protocol/messages/quotes'
import type { MessageType } from '../../protocol/table'

/**
 * Price events for a client that reads too slowly. Per symbol it keeps one spot event with each current side, bar
 * and time. It also keeps one depth event that leads from the client's book to the current one.
 */
export interface Backlog {
  /** Takes an event that can be merged with the next of its kind. Returns false for others. */
  readonly take: (payloadType: MessageType, payload: unknown) => boolean
  readonly isEmpty: () => boolean
  /** Hands over all events, in the order in which the first of each came. */
  readonly empty: (send: (payloadType: MessageType, payload: unknown) => void) => void
}

export const mergeSpots = (before: ProtoOASpotEvent, now: ProtoOASpotEvent): ProtoOASpotEvent => {
  const periods = new Set(now.trendbar?.map(({ period }) => period))
  const trendbar = [
    ...(before.trendbar ?? []).filter(({ period }) => !periods.has(period)),
    ...(now.trendbar ?? []),
  ]
  return { ...before, ...now, ...(trendbar.length > 0 && { trendbar }) }
}

export const mergeDepths = (before: ProtoOADepthEvent, now: ProtoOADepthEvent): ProtoOADepthEvent => {
  const quotes = new Map(before.newQuotes?.map(quote => [quote.id, quote]))
  // Quotes that came and went meanwhile are deleted too: the client may have an older quote with their id.
  const deleted = new Set(before.deletedQuotes)
  for (const id of now.deletedQuotes ?? []) {
    quotes.delete(id)
    deleted.add(id)
  }
  for (const quote of now.newQuotes ?? []) {
    deleted.delete(quote.id)
    quotes.set(quote.id, quote)
  }
  return { ...now, newQuotes: [...quotes.values()], deletedQuotes: [...deleted] }
}

export const createBacklog = (): Backlog => {
  const spots = new Map<string, ProtoOASpotEvent>()
  const depths = new Map<string, ProtoOADepthEvent>()

  const keep = <E extends { readonly ctidTraderAccountId: number; readonly symbolId: number }>(
    events: Map<string, E>,
    event: E,
    merge: (before: E, now: E) => E,
  ): true => {
    const key = `${event.ctidTraderAccountId} ${event.symbolId}`
    const before = events.get(key)
    events.set(key, before ? merge(before, event) : event)
    return true
  }
  const handOver = (
    payloadType: MessageType,
    events: Map<string, unknown>,
    send: (payloadType: MessageType, payload: unknown) => void,
  ): void => {
    const waiting = [...events.values()]
    events.clear()
    for (const event of waiting) send(payloadType, event)
  }

  return {
    take: (payloadType, payload) =>
      payloadType === PayloadType.PROTO_OA_SPOT_EVENT
        ? keep(spots, payload as ProtoOASpotEvent, mergeSpots)
        : payloadType === PayloadType.PROTO_OA_DEPTH_EVENT &&
          keep(depths, payload as ProtoOADepthEvent, mergeDepths),
    isEmpty: () => spots.size === 0 && depths.size === 0,
    empty: send => {
      handOver(PayloadType.PROTO_OA_SPOT_EVENT, spots, send)
      handOver(PayloadType.PROTO_OA_DEPTH_EVENT, depths, send)
    },
  }
}
