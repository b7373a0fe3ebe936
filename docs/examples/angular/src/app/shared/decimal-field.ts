import { ChangeDetectionStrategy, Component, computed, input, linkedSignal, model } from '@angular/core'
import { readDecimal, writeDecimal } from './decimals'

const locale = navigator.language

/** A field for a number in the decimals of the browser's language. Put it into a label. Enter sends nothing. */
@Component({
  selector: 'app-decimal',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<input
    type="text"
    inputmode="decimal"
    autocomplete="off"
    [value]="text()"
    [placeholder]="placeholder()"
    [attr.aria-invalid]="isUnreadable() ? 'true' : null"
    (input)="type($event)"
    (keydown.enter)="$event.preventDefault()"
  />`,
})
export class DecimalField {
  /** `null` if it is empty, `NaN` if it is no number. */
  readonly value = model.required<number | null>()
  readonly placeholder = input('')

  protected readonly isUnreadable = computed(() => Number.isNaN(this.value()))
  /** What is typed stays as it is typed. Another value from outside replaces it. */
  protected readonly text = linkedSignal<number | null, string>({
    source: this.value,
    computation: (value, previous) =>
      previous && Object.is(readDecimal(previous.value, locale), value)
        ? previous.value
        : writeDecimal(value, locale),
  })

  protected type({ target }: Event): void {
    if (!(target instanceof HTMLInputElement)) return
    this.text.set(target.value)
    this.value.set(readDecimal(target.value, locale))
  }
}
