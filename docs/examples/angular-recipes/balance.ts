import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core'
import { formatMoney, trader } from 'rx-ctrader'
import type { ProtoOATrader } from 'rx-ctrader'
import { accountSignal, injectCurrentAccount } from 'rx-ctrader/angular'
import { Session } from './session'

@Component({
  selector: 'app-balance',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<p>{{ balance() }}</p>`,
})
export class Balance {
  private readonly account = injectCurrentAccount(inject(Session).accountId)
  private readonly latest = accountSignal(trader, this.account)
  /** As the route has resolved it. */
  readonly trader = input<ProtoOATrader>()

  readonly balance = computed(() => {
    const known = this.latest() ?? this.trader()
    // What a route has resolved stays, also where the user has chosen another account since.
    if (!known || known.ctidTraderAccountId !== this.account()?.accountId) return 'no account'
    return `${known.ctidTraderAccountId}: ${formatMoney(known.balance, known.moneyDigits ?? 2)}`
  })
}
