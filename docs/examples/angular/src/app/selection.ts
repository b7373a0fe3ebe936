import { Injectable, signal } from '@angular/core'
import { toObservable, toSignal } from '@angular/core/rxjs-interop'
import { startWith, switchMap } from 'rxjs'
import { symbol } from 'rx-ctrader'
import { injectAccount } from 'rx-ctrader/angular'

/** The symbol that the chart, the book and the ticket show. */
@Injectable({ providedIn: 'root' })
export class Selection {
  private readonly account = injectAccount()

  readonly name = signal('EURUSD')
  readonly name$ = toObservable(this.name)

  /** Its digits, pip, volumes …, as soon as they are known. */
  readonly terms$ = this.name$.pipe(switchMap(name => symbol(this.account, name).pipe(startWith(undefined))))
  readonly terms = toSignal(this.terms$)
}
