import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core'
import type { OrderUpdate } from 'rx-ctrader'

const detailOf = (update: OrderUpdate): string => {
  switch (update.status) {
    case 'filled':
    case 'partiallyFilled':
      return ` at ${update.price}`
    case 'rejected':
      return `: ${update.errorCode}`
    default:
      return ''
  }
}

/** One update of an order. */
@Component({
  selector: 'app-step',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `{{ update().status }}{{ detail() }}`,
  host: { '[class]': 'update().status' },
  styles: `
    :host {
      padding: 0.05rem 0.4rem;
      border-radius: 0.6rem;
      background: var(--hover);
      color: var(--muted);
    }
    :host(.filled),
    :host(.protected) {
      color: var(--up);
    }
    :host(.rejected),
    :host(.expired) {
      color: var(--down);
    }
    :host(.outcomeUnknown) {
      color: var(--warn);
    }
  `,
})
export class Step {
  readonly update = input.required<OrderUpdate>()

  protected readonly detail = computed(() => detailOf(this.update()))
}
