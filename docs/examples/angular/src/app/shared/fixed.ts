import { Pipe } from '@angular/core'
import type { PipeTransform } from '@angular/core'

/** A number with so many digits: `price | fixed: terms.digits`. */
@Pipe({ name: 'fixed' })
export class Fixed implements PipeTransform {
  transform(value: number, digits: number): string {
    return value.toFixed(digits)
  }
}
