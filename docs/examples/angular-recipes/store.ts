import { computed, inject } from '@angular/core'
import { signalStore, withComputed, withProps } from '@ngrx/signals'
import { pnl, spots } from 'rx-ctrader'
import { accountSignal, injectCurrentAccount } from 'rx-ctrader/angular'
import { Session } from './session'

export const AccountStore = signalStore(
  { providedIn: 'root' },
  withProps(() => {
    const account = injectCurrentAccount(inject(Session).accountId)
    return {
      account,
      profit: accountSignal(pnl, account),
      quote: accountSignal(one => spots(one, 'EURUSD'), account),
    }
  }),
  withComputed(({ profit, quote }) => ({
    positionCount: computed(() => profit()?.positions.size ?? 0),
    spread: computed(() => {
      const now = quote()
      return now && now.ask - now.bid
    }),
  })),
)
