import { scriptedMarket } from '../../support/scriptedMarket'
import type { Script } from '../../support/scriptedMarket'
import { NOON, tradingFloor } from '../../support/tradingFloor'
import type { Floor } from '../../support/tradingFloor'
import type { TradingAccount } from '../../../src/simulator/model/identity'
import type { Unknowns } from '../../../src/simulator/model/unknowns'

const quotes: Script['quotes'] = {
  1: [
    [NOON - 1000, 113_950, 113_955],
    [NOON + 1_000, 114_000, 114_005],
    [NOON + 60_000, 114_050, 114_055],
  ],
}

// 45 USD per million USD.
const terms: NonNullable<Script['terms']> = {
  1: { commissionType: 1, preciseTradingCommissionRate: 4_500_000_000 },
}

export const floorOf = (
  script: Partial<Script> = {},
  account: Partial<TradingAccount> = {},
  unknowns: Partial<Unknowns> = {},
): Floor => tradingFloor(scriptedMarket({ quotes, terms, ...script }), account, unknowns)
