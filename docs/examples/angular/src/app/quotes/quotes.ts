import { ChangeDetectionStrategy, Component, inject } from '@angular/core'
import { QuoteRow } from './quote-row'
import { WatchList } from './watch-list'

/** The watch list. */
@Component({
  selector: 'app-quotes',
  imports: [QuoteRow],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section class="panel" aria-label="Quotes">
      <table>
        <thead>
          <tr>
            <th scope="col">Quotes</th>
            <th scope="col">Bid</th>
            <th scope="col">Ask</th>
            <th scope="col">Spread</th>
            <th scope="col">%</th>
          </tr>
        </thead>
        <tbody>
          @for (name of names; track name) {
            <tr app-quote [name]="name"></tr>
          }
        </tbody>
      </table>
    </section>
  `,
})
export class Quotes {
  protected readonly names = inject(WatchList).names
}
