import { dirname, join, resolve } from 'node:path'
import { Subject } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Journal } from '../../index'
import { fileJournal } from '../../node'
import type { Context, SessionOptions } from '../definition'
import type { OpenAccount } from '../session/openAccount'
import { findCredentials } from '../session/credentials'

/** The options of commands that send something. */
export interface TradeOptions extends SessionOptions {
  readonly yes?: boolean
  readonly journal?: string
}

/** The journal of a command. */
export interface OrderJournal {
  readonly file: string
  readonly journal: Journal
  /** The ids of orders whose end was written. */
  readonly settled$: Observable<string>
  /** The ids of the orders of this command whose end was not written. */
  readonly openIds: () => readonly string[]
  /** Writes the end of an order, which need not be looked up again. */
  readonly settle: (id: string, outcome: string) => void
}

/** The journal of an account: the named file, else one beside the credentials. */
export const orderJournal = (
  { account }: OpenAccount,
  options: TradeOptions,
  { terminal }: Context,
): OrderJournal => {
  const { accountId } = account
  const { path } = findCredentials(options, { ...terminal, err: () => undefined })
  const folder = path === undefined ? terminal.folder : dirname(path)
  const usual = join(folder, `orders-${accountId}.jsonl`)
  const file = options.journal === undefined ? usual : resolve(terminal.folder, options.journal)
  const warn = (text: string): void => {
    terminal.err(`${text}\n`)
  }
  const inFile = fileJournal(file, { warn })
  const open = new Set<string>()
  const settled$ = new Subject<string>()
  const append: Journal['append'] = entry => {
    const written = inFile.append(entry)
    if (entry.state === 'intended') open.add(entry.id)
    else {
      open.delete(entry.id)
      settled$.next(entry.id)
    }
    return written
  }
  return {
    file,
    journal: { append, load: inFile.load },
    settled$,
    openIds: () => [...open],
    settle: (id, outcome) => {
      append({ state: 'settled', id, accountId, outcome })
    },
  }
}
