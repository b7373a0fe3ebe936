import { dirname, join, resolve } from 'node:path'
import type { OrderOptions } from '../../index'
import { fileJournal } from '../../node'
import type { Context, SessionOptions } from '../definition'
import type { OpenAccount } from '../session/openAccount'
import { findCredentials } from '../session/credentials'

/** The options of commands that send something. */
export interface TradeOptions extends SessionOptions {
  readonly yes?: boolean
  readonly journal?: string
}

/** The journal of an account: the named file, else one beside the credentials. */
export const orderOptions = (
  { account }: OpenAccount,
  options: TradeOptions,
  { terminal }: Context,
): OrderOptions => {
  const { path } = findCredentials(options, { ...terminal, err: () => undefined })
  const folder = path === undefined ? terminal.folder : dirname(path)
  const usual = join(folder, `orders-${account.accountId}.jsonl`)
  const file = options.journal === undefined ? usual : resolve(terminal.folder, options.journal)
  const warn = (text: string): void => {
    terminal.err(`${text}\n`)
  }
  return { journal: fileJournal(file, { warn }) }
}
