import { ProtoOANotificationType } from '../../../protocol/messages/enums'
import type { TradingAccount } from '../../model/identity'
import type { Market } from '../../market/model/market'
import type { Book, MarginCall } from '../state/records'
import { accountTerms } from '../state/terms'

/** The empty book of an account. */
export const openBook = (account: TradingAccount, market: Market, at: number): Book => {
  const terms = accountTerms(account, market)
  const [first, second, third] = terms.marginCallLevels
  const call = (marginCallType: ProtoOANotificationType, marginLevelThreshold: number): MarginCall => ({
    marginCallType,
    marginLevelThreshold,
    utcLastUpdateTimestamp: at,
    firedAt: undefined,
    armed: true,
  })
  return {
    terms,
    balance: 0,
    balanceVersion: 0,
    bonuses: {
      manager: terms.managerBonus,
      ib: terms.ibBonus,
      nonWithdrawable: terms.nonWithdrawableBonus,
    },
    orders: new Map(),
    positions: new Map(),
    working: new Set(),
    open: new Set(),
    deals: [],
    offsets: [],
    cashFlow: [],
    marginCalls: [
      call(ProtoOANotificationType.MARGIN_LEVEL_THRESHOLD_1, first),
      call(ProtoOANotificationType.MARGIN_LEVEL_THRESHOLD_2, second),
      call(ProtoOANotificationType.MARGIN_LEVEL_THRESHOLD_3, third),
    ],
    marginCheckAt: undefined,
    marginDirty: false,
    unclearExits: 0,
  }
}
