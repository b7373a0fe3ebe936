import { basename, resolve } from 'node:path'
import { readHistory } from '../../node/historyFile'
import type { History } from '../../simulator/market/history/history'
import { Mistake } from '../outcome'

/** The symbol and the path in `EURUSD=bars.csv`, or in a path whose name begins with the symbol. */
export const namedHistory = (
  text: string,
  symbol?: string,
): { readonly symbol: string; readonly path: string } => {
  const [, named, rest] = /^([\w./]+?)=(.+)$/.exec(text) ?? []
  if (named !== undefined && rest !== undefined) return { symbol: named, path: rest }
  const guess =
    symbol ?? /^[a-z]{6}(?=[^a-z]|$)|^[a-z]+\d*(?=[-_.])/i.exec(basename(text))?.[0]?.toUpperCase()
  if (guess === undefined) throw new Mistake(`--history: of which symbol is ${text}? Give SYMBOL=${text}.`)
  return { symbol: guess, path: text }
}

/** How the files are read: see `readHistory`. */
export interface HistoryFileOptions {
  readonly symbol?: string
  readonly spread?: number
  readonly timeZone?: string
}

/** Reads the files of `--history`. */
export const readHistories = async (
  files: readonly string[],
  folder: string,
  { symbol, ...options }: HistoryFileOptions = {},
): Promise<readonly History[]> => {
  const histories: History[] = []
  for (const text of files) {
    const { symbol: name, path } = namedHistory(text, symbol)
    histories.push(await readHistory(resolve(folder, path), { symbol: name, ...options }))
  }
  return histories
}
