import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SimulatorOptions } from '../../simulator'
import { defaultIdentity } from '../../simulator/model/identity'
import { parseJson } from '../../util/parseJson'
import { Mistake } from '../outcome'
import { readHistories } from './historyFiles'

/** The files of a simulator. */
export interface SimulatorFiles {
  readonly accounts?: string
  readonly symbols?: string
  readonly history?: readonly string[]
}

type Fields = Readonly<Record<string, unknown>>

const readJson = (option: string, folder: string, path: string): unknown => {
  let text: string
  try {
    text = readFileSync(resolve(folder, path), 'utf8')
  } catch (error) {
    throw new Mistake(`${option}: ${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? ''}`)
  }
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null) throw new Mistake(`${option}: ${path} must be JSON.`)
  return value
}

const listIn = (option: string, path: string, value: unknown): readonly Fields[] => {
  const isList = Array.isArray(value) && value.every(one => typeof one === 'object' && one !== null)
  if (!isList) throw new Mistake(`${option}: ${path} must be a list of objects.`)
  return value as readonly Fields[]
}

const identities = ['applications', 'accounts', 'grants', 'tokenLifetime'] as const

/** A list of accounts for the usual grant, or an object with applications, accounts and grants. */
const identityIn = (path: string, value: unknown): Partial<SimulatorOptions> => {
  if (!Array.isArray(value)) {
    const strange = Object.keys(value as Fields).find(name => !identities.some(known => known === name))
    if (strange !== undefined) throw new Mistake(`--accounts: ${path} has an unknown field: ${strange}.`)
    return value as Partial<SimulatorOptions>
  }
  const accounts = listIn('--accounts', path, value).map((account, i) => {
    if (!Number.isSafeInteger(account['accountId']))
      throw new Mistake(`--accounts: accountId of account ${i + 1} in ${path} must be a whole number.`)
    const given = account as { readonly accountId: number }
    return { isLive: false, traderLogin: given.accountId, brokerTitleShort: 'Simulator', ...given }
  })
  const grants = defaultIdentity.grants.map(grant => ({
    ...grant,
    accountIds: accounts.map(({ accountId }) => accountId),
  }))
  return { accounts, grants }
}

/** The symbols of `--symbols`. */
export const readSymbols = (
  path: string | undefined,
  folder: string,
): NonNullable<SimulatorOptions['symbols']> =>
  path === undefined
    ? []
    : (listIn('--symbols', path, readJson('--symbols', folder, path)) as unknown as NonNullable<
        SimulatorOptions['symbols']
      >)

/** What the files say of a simulator. Rejects with a `Mistake` that names the file. */
export const readSimulatorFiles = async (
  { accounts, symbols, history = [] }: SimulatorFiles,
  folder: string,
): Promise<Partial<SimulatorOptions>> => {
  const identity =
    accounts === undefined ? {} : identityIn(accounts, readJson('--accounts', folder, accounts))
  const own = readSymbols(symbols, folder)
  const histories = await readHistories(history, folder)
  return {
    ...identity,
    ...(own.length > 0 && { symbols: own }),
    ...(histories.length > 0 && { history: histories }),
  }
}
