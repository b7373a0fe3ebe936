import type { ProtoOALightSymbol } from '../../protocol/messages/symbols'
import { indexBy } from '../../util/indexBy'

/** A symbol by its id or its name: 1, 'EURUSD', 'EUR/USD', 'eurusd'. Each broker has its own ids. */
export type SymbolIdOrName = number | string

/** All symbols of an account, by id or by name. */
export interface SymbolCatalogue {
  readonly all: readonly ProtoOALightSymbol[]
  /** `get(1)`, `get('EURUSD')`, `get('EUR/USD')`, `get('aapl.us')`. */
  readonly get: (symbol: SymbolIdOrName) => ProtoOALightSymbol | undefined
}

/** A name without case and separators: 'EUR/USD' and 'EURUSD' are the same. */
const plain = (name: string): string => name.toUpperCase().replaceAll(/[\s/._-]/g, '')

/**
 * The symbol that a name means when several differ only in case and separators: the one with exactly this name. If
 * 'EURUSD' and 'EURUSD.' exist, 'EUR/USD' is neither, because orders go to the symbol that is found here.
 */
const chosen = (name: string, alike: readonly ProtoOALightSymbol[]): ProtoOALightSymbol | undefined =>
  alike.find(({ symbolName }) => symbolName === name) ??
  alike.find(({ symbolName }) => symbolName?.toUpperCase() === name.toUpperCase()) ??
  (alike.length === 1 ? alike[0] : undefined)

const byName = indexBy(({ symbolName }: ProtoOALightSymbol) => symbolName !== undefined && plain(symbolName))

export const createCatalogue = (all: readonly ProtoOALightSymbol[]): SymbolCatalogue => {
  const byId = new Map(all.map(symbol => [symbol.symbolId, symbol]))
  return {
    all,
    get: symbol =>
      typeof symbol === 'number' ? byId.get(symbol) : chosen(symbol, byName(all, plain(symbol))),
  }
}

/** The edit distance of two names. */
export const distance = (from: string, to: string): number => {
  // The distances of the part of `from` that was read so far to each beginning of `to`.
  let row = Array.from({ length: to.length + 1 }, (_, length) => length)
  let last = to.length
  for (let read = 1; read <= from.length; read++) {
    let diagonal = read - 1
    last = read
    const next = [last]
    row.slice(1).forEach((above, i) => {
      const replaced = diagonal + (from[read - 1] === to[i] ? 0 : 1)
      last = Math.min(replaced, above + 1, last + 1)
      diagonal = above
      next.push(last)
    })
    row = next
  }
  return last
}

const MOST = 3

/** Longer names are cut: the cost of a comparison grows with the length. */
const LONGEST = 100

/** Known names closest to an unknown one, best first. */
export const nearestNames = (name: string, names: readonly string[]): readonly string[] =>
  names
    .map(other => ({ other, far: distance(plain(name.slice(0, LONGEST)), plain(other.slice(0, LONGEST))) }))
    .sort((a, b) => a.far - b.far)
    .slice(0, MOST)
    .map(({ other }) => other)
