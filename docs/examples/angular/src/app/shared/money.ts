import { Pipe } from '@angular/core'
import type { PipeTransform } from '@angular/core'
import { toMoney } from 'rx-ctrader'

/** Money of the wire as people read it: `1000000 | money: 2` is `10,000.00`. */
@Pipe({ name: 'money' })
export class Money implements PipeTransform {
  transform(amount: number, moneyDigits: number): string {
    return toMoney(amount, moneyDigits).toLocaleString('en-US', {
      minimumFractionDigits: moneyDigits,
      maximumFractionDigits: moneyDigits,
    })
  }
}
