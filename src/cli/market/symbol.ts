import { combineLatest, map, take } from 'rxjs'
import { assets, symbol as symbolDetails } from '../../index'
import type { SymbolDetails } from '../../index'
import { isTrading, nextOpening } from '../../orders/validation/marketHours'
import {
  ProtoOADayOfWeek,
  ProtoOASwapCalculationType,
  ProtoOATradingMode,
} from '../../protocol/messages/enums'
import type { Run, SessionOptions } from '../definition'
import { result } from '../outcome'
import { list } from '../output/table'
import { dateAndTime } from '../output/text'
import { parseSymbol } from '../read'
import { withAccount } from '../session/openAccount'

type Names = Readonly<Record<string, number>>

const nameIn = (names: Names, value: number | undefined, otherwise: number): string => {
  const [name = ''] = Object.entries(names).find(([, number]) => number === (value ?? otherwise)) ?? []
  return name.toLowerCase().replaceAll('_', ' ')
}

/** Units from cents of a unit, with the lots that they are. */
const volume = (cents: number | undefined, { lotSize }: SymbolDetails): string | undefined => {
  if (cents === undefined) return undefined
  const units = `${cents / 100} units`
  return lotSize ? `${cents / lotSize} lots (${units})` : units
}

const hours = (terms: SymbolDetails, now: number): string => {
  if (isTrading(terms, now)) return 'open now'
  const opening = nextOpening(terms, now)
  return opening === undefined ? 'closed' : `closed until ${dateAndTime(opening)} UTC`
}

const entries = (terms: SymbolDetails, assetName: (id: number | undefined) => string | undefined) =>
  [
    ['symbol', terms.symbolName],
    ['id', terms.symbolId],
    ['description', terms.description],
    ['assets', [assetName(terms.baseAssetId), assetName(terms.quoteAssetId)].join(' / ')],
    ['digits', terms.digits],
    ['pip', (10 ** -terms.pipPosition).toFixed(Math.max(0, terms.pipPosition))],
    ['lot', terms.lotSize === undefined ? undefined : `${terms.lotSize / 100} units`],
    ['smallest order', volume(terms.minVolume, terms)],
    ['step', volume(terms.stepVolume, terms)],
    ['largest order', volume(terms.maxVolume, terms)],
    ['swap long', terms.swapLong],
    ['swap short', terms.swapShort],
    ['swap in', nameIn(ProtoOASwapCalculationType, terms.swapCalculationType, 0)],
    ['triple swap', nameIn(ProtoOADayOfWeek, terms.swapRollover3Days, ProtoOADayOfWeek.MONDAY)],
    ['trading mode', nameIn(ProtoOATradingMode, terms.tradingMode, ProtoOATradingMode.ENABLED)],
    ['market', hours(terms, Date.now())],
  ] as const

/** The terms of a symbol. `--json` has all fields by their official names. */
export const symbol: Run<SessionOptions> = ([name = ''], options, context) =>
  withAccount(options, context, ({ account }) =>
    combineLatest([symbolDetails(account, parseSymbol(name)), assets(account)]).pipe(
      take(1),
      map(([terms, all]) => {
        const assetName = (id: number | undefined) => all.find(({ assetId }) => assetId === id)?.name
        return result(terms, list(entries(terms, assetName), context.colours))
      }),
    ),
  )
