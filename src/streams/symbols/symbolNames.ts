import type { ProtoOALightSymbol } from '../../protocol/messages/symbols'

/** A symbol by its id, which is each broker's own, or by its name: 1, 'EURUSD', 'EUR/USD', 'eurusd'. */
export type SymbolIdOrName = number | string

/** All symbols of an account, to be found by id or by name. */
export interface SymbolCatalogue {
  readonly all: readonly ProtoOALightSymbol[]
  /** `get(1)`, `get('EURUSD')`, `get('EUR/USD')`, `get('aapl.us')`. */
  readonly get: (symbol: SymbolIdOrName) => ProtoOALightSymbol | undefined
}

/** What of a name does not depend on how one writes it: 'EUR/USD' is 'EURUSD'. */
const plain = (name: string): string => name.toUpperCase().replaceAll(/[\s/._-]/g, '')

/**
 * Of several symbols that are alike but for case and separators the one that is written as asked for; of 'EURUSD' and
 * 'EURUSD.' neither for 'EUR/USD', since orders go to what is found here.
 */
const chosen = (name: string, alike: readonly ProtoOALightSymbol[]): ProtoOALightSymbol | undefined =>
  alike.find(({ symbolName }) => symbolName === name) ??
  alike.find(({ symbolName }) => symbolName?.toUpperCase() === name.toUpperCase()) ??
  (alike.length === 1 ? alike[0] : undefined)

export const catalogueOf = (all: readonly ProtoOALightSymbol[]): SymbolCatalogue => {
  const byId = new Map(all.map(symbol => [symbol.symbolId, symbol]))
  const byName = new Map<string, ProtoOALightSymbol[]>()
  for (const symbol of all) {
    if (symbol.symbolName === undefined) continue
    const name = plain(symbol.symbolName)
    const alike = byName.get(name)
    if (alike) alike.push(symbol)
    else byName.set(name, [symbol])
  }
  return {
    all,
    get: symbol =>
      typeof symbol === 'number' ? byId.get(symbol) : chosen(symbol, byName.get(plain(symbol)) ?? []),
  }
}

/** How many characters have to be put in, left out or replaced to make the one of the other. */
export const distance = (from: string, to: string): number => {
  // How far what was read of `from` is from each beginning of `to`.
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

/** No name of a symbol is longer, and what it costs to compare grows with the length. */
const LONGEST = 100

/** The names that are most like one that is none of them, the nearest first. */
export const nearestNames = (name: string, names: readonly string[]): readonly string[] =>
  names
    .map(other => ({ other, far: distance(plain(name.slice(0, LONGEST)), plain(other.slice(0, LONGEST))) }))
    .sort((a, b) => a.far - b.far)
    .slice(0, MOST)
    .map(({ other }) => other)
