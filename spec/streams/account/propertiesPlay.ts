import { asyncScheduler, filter, tap } from 'rxjs'
import { PayloadType, deals, equity, orders, pnl, positions, trader } from 'rx-ctrader'
import type { ProtoOAPosition, ProtoOATrader } from 'rx-ctrader'
import { ACCOUNT } from '../../support/account'
import { scene } from '../../support/accountScene'
import { SYMBOLS } from './propertiesPlan'
import type { Session } from './propertiesPlan'
import { HALF_A_SPREAD, act } from './propertiesAct'

const byPosition = <T extends { readonly positionId: number }>(list: readonly T[] = []): T[] =>
  [...list].sort((a, b) => a.positionId - b.positionId)

const byOrder = <T extends { readonly orderId: number }>(list: readonly T[] = []): T[] =>
  [...list].sort((a, b) => a.orderId - b.orderId)

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)

/** Balance and profit, and of the bonuses as much again at most. */
const worthOf = (of: ProtoOATrader | undefined, net: number): number => {
  const own = (of?.balance ?? NaN) + net
  const bonus = (of?.managerBonus ?? NaN) + (of?.ibBonus ?? NaN) + (of?.nonWithdrawableBonus ?? NaN)
  if (own < 0) return own
  return own < bonus ? 2 * own : own + bonus
}

/** The margin of each position on either side of its symbol, by the rule of the account. */
const marginOf = (of: ProtoOATrader | undefined, open: readonly ProtoOAPosition[]): number =>
  sum(
    SYMBOLS.map(symbolId => {
      const ofSide = (side: 1 | 2): number =>
        sum(
          open
            .filter(({ tradeData }) => tradeData.symbolId === symbolId && tradeData.tradeSide === side)
            .map(({ usedMargin = NaN }) => usedMargin),
        )
      const [buys, sells] = [ofSide(1), ofSide(2)]
      if (of?.limitedRiskMarginCalculationStrategy || of?.totalMarginCalculationType === 1)
        return buys + sells
      return of?.totalMarginCalculationType === 2 ? Math.abs(buys - sells) : Math.max(buys, sells)
    }),
  )

/** After so long it is asked again for what a list may have been behind with. */
const ASKED_AGAIN = 75_000

interface Result {
  readonly faults: string[]
  readonly looks: { account: number; money: number; answered: number }
}

export const play = ({
  netted,
  marginType,
  limitedRisk,
  bonus,
  depositAsset,
  moneyDigits,
  leverage,
  latency,
  seed,
  unlisted,
  profitRate,
  traderUpdates,
  archivedById,
  unreadable,
  steps: script,
}: Session): Result => {
  const faults: string[] = []
  const looks = { account: 0, money: 0, answered: 0 }
  scene(
    stage => {
      const { account, at, broker, watch } = stage
      const known = {
        positions: watch(positions(account)),
        orders: watch(orders(account)),
        trader: watch(trader(account)),
        pnl: watch(pnl(account)),
        equity: watch(equity(account)),
        deals: watch(deals(account)),
      }
      const state = watch(account.authenticated$)
      const claim = (what: string, seen: unknown, told: unknown): void => {
        try {
          expect(seen).toEqual(told)
        } catch (error) {
          faults.push(`${what} at ${asyncScheduler.now()}: ${String(error)}`)
        }
      }

      const unread = watch(account.gap$.pipe(filter(({ unreadable }) => unreadable !== undefined)))
      /** What was not known when the line came back, or could not be read, is by now. */
      const isSettled = (): boolean => {
        const [since, last] = state.timed.at(-1) ?? [Infinity]
        const [unreadAt] = unread.timed.at(-1) ?? [-Infinity]
        const now = asyncScheduler.now()
        return (
          last?.status === 'authenticated' && now - since > 6 * latency + 50 && now - unreadAt > ASKED_AGAIN
        )
      }
      /** A symbol is, or was, silent or in no list: the server values what quotes do not, and is asked within a second. */
      let isOdd = unlisted !== undefined
      /** A position that is opened, or where the server is asked changed, is valued soon. */
      const isQuoted = (): boolean => {
        const [since] = state.timed.at(-1) ?? [Infinity]
        const news = known.positions.timed.filter(([, { added }]) => isOdd || added.length > 0)
        const opened = news.at(-1)?.[0] ?? 0
        const patience = isOdd ? 1_700 : 50
        return (
          isSettled() && asyncScheduler.now() - Math.max(opened, isOdd ? since : 0) > 6 * latency + patience
        )
      }
      /** Compares with what the server answers, at the moment in which it answers. */
      const look = (): void => {
        watch(
          account.request(PayloadType.PROTO_OA_RECONCILE_REQ, {}).pipe(
            filter(isSettled),
            tap(({ position, order }) => {
              looks.account += 1
              claim('positions', byPosition(known.positions.values.at(-1)?.all), byPosition(position))
              claim('orders', byOrder(known.orders.values.at(-1)?.all), byOrder(order))
            }),
          ),
          20_000,
        )
        watch(
          account.request(PayloadType.PROTO_OA_TRADER_REQ, {}).pipe(
            filter(isSettled),
            tap(fresh => {
              claim('trader', known.trader.values.at(-1), fresh.trader)
            }),
          ),
          20_000,
        )
        watch(
          account.request(PayloadType.PROTO_OA_GET_POSITION_UNREALIZED_PNL_REQ, {}).pipe(
            filter(isQuoted),
            tap(({ positionUnrealizedPnL = [], moneyDigits: digits }) => {
              looks.money += 1
              const value = known.pnl.values.at(-1)
              const valued = [...(value?.positions.values() ?? [])]
              const quoted = valued.filter(({ fromServer }) => !fromServer)
              if (quoted.length < valued.length) looks.answered += 1
              const byQuotes = new Set(quoted.map(({ positionId }) => positionId))
              const each = byPosition(positionUnrealizedPnL)
              claim('what is not valued', value?.unvalued, [])
              claim(
                'what is valued',
                byPosition(valued).map(({ positionId }) => positionId),
                each.map(({ positionId }) => positionId),
              )
              claim('who is asked', isOdd || quoted.length === valued.length, true)
              // Where the server converts in another way than we do it is about the same.
              const exact = profitRate === 'bid'
              const ofQuoted = each.filter(({ positionId }) => byQuotes.has(positionId))
              if (exact)
                claim(
                  'pnl of each',
                  byPosition(quoted).map(one => [one.positionId, one.gross, one.net]),
                  ofQuoted.map(one => [one.positionId, one.grossUnrealizedPnL, one.netUnrealizedPnL]),
                )
              else
                for (const { positionId, grossUnrealizedPnL: gross } of ofQuoted) {
                  const ours = value?.positions.get(positionId)?.gross ?? NaN
                  claim('pnl of about', Math.abs(ours - gross) <= 1 + Math.abs(gross) * HALF_A_SPREAD, true)
                }
              const gross = sum(valued.map(one => one.gross))
              const net = sum(valued.map(one => one.net))
              claim(
                'pnl',
                { gross: value?.gross, net: value?.net, digits: value?.moneyDigits },
                { gross, net, digits },
              )
              const of = known.trader.values.at(-1)
              const balance = of?.balance ?? NaN
              const open = known.positions.values.at(-1)?.all ?? []
              const worth = worthOf(of, net)
              const used = marginOf(of, open)
              claim('equity', known.equity.values.at(-1), {
                balance,
                equity: worth,
                usedMargin: used,
                freeMargin: worth - used,
                ...(used > 0 && { marginLevel: (worth / used) * 100 }),
                moneyDigits,
                unvalued: [],
              })
            }),
          ),
          20_000,
        )
      }

      let now = 1_000
      for (const step of script) {
        now += step.wait
        at(now, () => {
          isOdd ||= step.kind === 'mute' || step.kind === 'unlist'
          if (unreadable || step.kind !== 'malform') act(stage, step)
          look()
        })
        at(now + 331, look)
      }
      if (unlisted !== undefined) broker.fault({ kind: 'unlist', symbolId: unlisted })
      const end = now + (unreadable ? 90_000 : 20_000)
      // What is still to spoil spoils nothing from here on.
      if (unreadable)
        at(now + 10_000, () => {
          broker.fault({ kind: 'recover' })
        })
      at(end, () => {
        const { money } = looks
        look()
        at(500, () => {
          // What has just changed, as by a trailing stop, the server may still have to be asked about.
          if (!isOdd) claim('the last look', looks.money, money + 1)
        })
      })
      at(end + 1_000, () => {
        claim(
          'deals',
          known.deals.values.map(({ dealId }) => dealId).sort((a, b) => a - b),
          broker.exchange
            .ledger(ACCOUNT)
            .deals.map(({ dealId }) => dealId)
            .sort((a, b) => a - b),
        )
        Object.entries(known).forEach(([name, seen]) => {
          claim(`error of ${name}`, seen.error, undefined)
          seen.unsubscribe()
        })
      })
    },
    {
      latency,
      seed,
      unknowns: { profitRate, traderUpdates, archivedById },
      // So many looks would keep what is looked at waiting in the lane.
      limits: false,
      accounts: [
        {
          accountId: ACCOUNT,
          isLive: false,
          traderLogin: 3000001,
          brokerTitleShort: 'Simulator',
          accountType: netted ? 1 : 0,
          totalMarginCalculationType: marginType,
          ...(limitedRisk !== undefined && {
            isLimitedRisk: true,
            limitedRiskMarginCalculationStrategy: limitedRisk,
          }),
          managerBonus: bonus * 10 ** moneyDigits,
          ibBonus: 7,
          depositAsset,
          moneyDigits,
          leverage,
          balance: (depositAsset === 'JPY' ? 1_000_000 : 3_000) * 10 ** moneyDigits,
        },
      ],
    },
    { rateLimits: { live: 1_000, historical: 1_000 } },
  )
  return { faults, looks }
}
