import { PayloadType } from '../../../protocol/payloadType'
import type { ProtoOAv1PnLChangeEvent } from '../../../protocol/messages/positions'
import type { ExchangeAccount } from '../state/exchangeAccount'
import type { Due } from '../execution/due'
import { unrealisedProfit } from '../accounting/equity'

/** The minimum time between two events, in ms. */
const PACE = 1_000

/** A subscriber to an account's unrealised profit. */
export interface PnlListener {
  readonly accountId: number
  /** Stands for the session, which can subscribe to an account once. */
  readonly key: object
  /** Whether it is still connected and authenticated. */
  readonly isThere: () => boolean
  readonly push: (
    payloadType: typeof PayloadType.PROTO_OA_V1_PNL_CHANGE_EVENT,
    payload: ProtoOAv1PnLChangeEvent,
  ) => void
}

export interface PnlFeed {
  readonly isListening: (key: object, accountId: number) => boolean
  /** Begins with the current profit. */
  readonly subscribe: (listener: PnlListener, at: number) => void
  /** False if it is not subscribed. */
  readonly unsubscribe: (key: object, accountId: number) => boolean
  readonly next: () => Due | undefined
}

interface Listening extends PnlListener {
  toldAt: number
  told: ProtoOAv1PnLChangeEvent | undefined
}

/** Reports changes of the unrealised profit of accounts: after a tick, at most once a second. */
export const createPnlFeed = (deskOf: (accountId: number) => ExchangeAccount): PnlFeed => {
  const listeners = new Set<Listening>()

  const tell = (listener: Listening, at: number): void => {
    const account = deskOf(listener.accountId)
    const all = [...account.book.open].map(position => unrealisedProfit(account, position, at))
    const { told } = listener
    const now: ProtoOAv1PnLChangeEvent = {
      ctidTraderAccountId: listener.accountId,
      grossUnrealizedPnL: all.reduce((sum, { gross }) => sum + gross, 0),
      netUnrealizedPnL: all.reduce((sum, { net }) => sum + net, 0),
      moneyDigits: account.book.terms.moneyDigits,
    }
    listener.toldAt = at
    listener.told = now
    if (told?.grossUnrealizedPnL !== now.grossUnrealizedPnL || told.netUnrealizedPnL !== now.netUnrealizedPnL)
      listener.push(PayloadType.PROTO_OA_V1_PNL_CHANGE_EVENT, now)
  }

  const dueOf = ({ accountId, toldAt }: Listening): number => {
    const { book, market } = deskOf(accountId)
    const symbols = new Set([...book.open].map(({ symbolId }) => symbolId))
    return Math.min(...[...symbols].map(symbolId => market.nextTick(symbolId, toldAt + PACE - 1).at))
  }

  const find = (key: object, accountId: number): Listening | undefined =>
    [...listeners].find(one => one.key === key && one.accountId === accountId && one.isThere())

  return {
    isListening: (key, accountId) => find(key, accountId) !== undefined,
    subscribe: (listener, at) => {
      const listening = { ...listener, toldAt: at, told: undefined }
      listeners.add(listening)
      tell(listening, at)
    },
    unsubscribe: (key, accountId) => {
      const listening = find(key, accountId)
      return listening !== undefined && listeners.delete(listening)
    },
    next: () => {
      let first: Due | undefined
      for (const listener of listeners) {
        if (!listener.isThere()) {
          listeners.delete(listener)
          continue
        }
        const at = dueOf(listener)
        if (at < (first?.at ?? Infinity))
          first = {
            at,
            happen: due => {
              tell(listener, due)
            },
          }
      }
      return first
    },
  }
}
