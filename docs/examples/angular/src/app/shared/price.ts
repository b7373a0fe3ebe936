import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core'
import type { SymbolDetails } from 'rx-ctrader'
import { priceParts } from './price-parts'

export type Direction = 'up' | 'down' | 'flat'

/** A price with its pips large, coloured by where it went last. */
@Component({
  selector: 'app-price',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `{{ parts().handle }}<b>{{ parts().pips }}</b
    ><small>{{ parts().rest }}</small>`,
  host: { '[class]': 'direction()' },
  styles: `
    :host {
      white-space: nowrap;
    }
    b {
      font-size: 1.2em;
      font-weight: 600;
    }
    small {
      font-size: 0.8em;
      vertical-align: 0.25em;
    }
  `,
})
export class Price {
  readonly value = input.required<number>()
  readonly terms = input.required<SymbolDetails>()
  readonly direction = input<Direction>('flat')

  protected readonly parts = computed(() => {
    const { digits, pipPosition } = this.terms()
    return priceParts(this.value(), digits, pipPosition)
  })
}
