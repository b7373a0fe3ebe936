import * as t from 'io-ts'
import { invalidOption } from '../../../errors'
import { ProtoOAAccountType } from '../../../protocol/messages/enums'
import type { TradingAccount } from '../../../simulator/model/identity'
import type { KeptExchange } from '../../../simulator/trading/state/keeping'
import { keptExchange } from './keptExchange'

const VERSION = 1

/** The state of a paper account, as JSON can hold it. */
export interface PaperState {
  readonly version: 1
  readonly accountId: number
  readonly depositAsset: string
  readonly moneyDigits: number
  /** A `ProtoOAAccountType`: hedged or netted. */
  readonly accountType: number
  /** Balance, orders, positions, deals and ids. Its form is that of this version. */
  readonly exchange: object
}

const codec = t.type({
  version: t.literal(VERSION),
  accountId: t.number,
  depositAsset: t.string,
  moneyDigits: t.number,
  accountType: t.number,
  exchange: keptExchange,
})

const termsOf = ({
  accountId,
  depositAsset = 'USD',
  moneyDigits = 2,
  accountType = ProtoOAAccountType.HEDGED,
}: TradingAccount) => ({ accountId, depositAsset, moneyDigits, accountType })

export const toPaperState = (account: TradingAccount, exchange: KeptExchange): PaperState => ({
  version: VERSION,
  ...termsOf(account),
  exchange,
})

const isObject = (u: unknown): u is object => typeof u === 'object' && u !== null

/** The kept exchange of a state. Throws `InvalidOption` for the state of another version or account, or a damaged one. */
export const readExchange = (state: unknown, account: TradingAccount): KeptExchange | undefined => {
  if (state === undefined) return undefined
  if (!isObject(state) || !('version' in state))
    throw invalidOption('store', 'has no state of a paper account')
  if (state.version !== VERSION)
    throw invalidOption(
      'store',
      `has a state of version ${String(state.version)}; this release reads version ${VERSION}`,
    )
  const decoded = codec.decode(state)
  if (decoded._tag === 'Left') {
    const path = (decoded.left[0]?.context ?? []).map(({ key }) => key).filter(key => key !== '')
    throw invalidOption('store', `has a damaged state: ${path.join('.')} is missing or not as it must be`)
  }
  const kept = decoded.right
  const terms = termsOf(account)
  for (const name of ['accountId', 'depositAsset', 'moneyDigits', 'accountType'] as const)
    if (kept[name] !== terms[name])
      throw invalidOption(
        'store',
        `has a state whose ${name} is ${kept[name]}, and not ${terms[name]} as that of the account`,
      )
  return kept.exchange as KeptExchange
}
