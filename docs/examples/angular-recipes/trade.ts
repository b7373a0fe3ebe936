import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core'
import { lots, placeOrder } from 'rx-ctrader'
import { AccountStore } from './store'

@Component({
  selector: 'app-trade',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <p>{{ store.quote()?.bid ?? 'no price' }}</p>
    <button [disabled]="isSending()" (click)="buy()">Buy</button>
    <p>{{ status() }}</p>
  `,
})
export class Trade {
  readonly store = inject(AccountStore)
  readonly status = signal('')
  readonly isSending = computed(() => this.status() === 'sent')

  buy(): void {
    const account = this.store.account()
    if (!account) return
    const order = { type: 'market', symbol: 'EURUSD', side: 'buy', volume: lots(0.1) } as const
    placeOrder(account, order).subscribe({
      next: ({ status }) => this.status.set(status), // a signal is enough, also without a zone
      error: (error: unknown) => this.status.set(String(error)),
    })
  }
}
