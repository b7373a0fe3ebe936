import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core'
import { rxResource } from '@angular/core/rxjs-interop'
import { dealsBetween } from 'rx-ctrader'
import { injectCurrentAccount } from 'rx-ctrader/angular'
import { Session } from './session'

const DAY = 86_400_000

@Component({
  selector: 'app-history',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (deals.isLoading()) {
      <p>Loading</p>
    } @else if (deals.hasValue()) {
      <p>{{ deals.value().items.length }} deals</p>
    }
  `,
})
export class History {
  private readonly account = injectCurrentAccount(inject(Session).accountId)
  readonly to = signal(Date.now())

  // While there is no account, it is idle. For another account or another day, it begins again.
  readonly deals = rxResource({
    params: () => {
      const account = this.account()
      return account && { account, to: this.to() }
    },
    stream: ({ params: { account, to } }) => dealsBetween(account, { from: to - DAY, to }),
  })
}
