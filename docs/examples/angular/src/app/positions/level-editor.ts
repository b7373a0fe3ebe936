import { ChangeDetectionStrategy, Component, computed, input, linkedSignal, output } from '@angular/core'
import { DecimalField } from '../shared/decimal-field'

/** A price that can be changed: `null` if there is none. */
export interface EditedLevel {
  readonly label: string
  readonly price: number | null
}

/** Changes prices of a position or an order without dragging, and with the keyboard. */
@Component({
  selector: 'app-level-editor',
  imports: [DecimalField],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button type="button" [attr.popovertarget]="id()" [attr.aria-label]="'Edit ' + name()">Edit</button>
    <div popover [id]="id()" role="group" [attr.aria-label]="'Levels of ' + name()" #panel>
      @for (level of levels(); track level.label; let index = $index) {
        <label>
          {{ level.label }}
          <app-decimal
            [value]="prices()[index] ?? null"
            (valueChange)="change(index, $event)"
            placeholder="none"
          />
        </label>
      }
      <button type="button" [disabled]="isUnreadable()" (click)="save(); panel.hidePopover()">Save</button>
    </div>
  `,
  styles: `
    [popover] {
      width: 16rem;
      padding: 0.75rem;
      border: 1px solid var(--edge);
      border-radius: 0.5rem;
      background: var(--raised);
      color: inherit;
    }
    [popover]:popover-open {
      display: grid;
      gap: 0.5rem;
    }
    label {
      display: grid;
      grid-template-columns: 1fr 8rem;
      align-items: center;
      text-align: left;
    }
    button {
      min-height: 1.9rem;
      padding: 0.1rem 0.6rem;
      border: 1px solid var(--edge);
      border-radius: 0.3rem;
      background: var(--raised);
    }
  `,
})
export class LevelEditor {
  readonly name = input.required<number>()
  readonly levels = input.required<readonly EditedLevel[]>()
  /** The new prices, in the order of the levels: `null` takes one away. */
  readonly saved = output<readonly (number | null)[]>()

  protected readonly id = computed(() => `levels-${this.name()}`)
  protected readonly prices = linkedSignal(() => this.levels().map(({ price }) => price))
  protected readonly isUnreadable = computed(() => this.prices().some(price => Number.isNaN(price)))

  protected change(index: number, price: number | null): void {
    this.prices.update(prices => prices.map((old, at) => (at === index ? price : old)))
  }

  protected save(): void {
    this.saved.emit(this.prices())
  }
}
