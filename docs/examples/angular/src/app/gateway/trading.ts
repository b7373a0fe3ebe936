import { ChangeDetectionStrategy, Component } from '@angular/core'
import { Fills } from '../activity/fills'
import { App } from '../app'
import { Desk } from '../desk'
import { WatchList } from '../quotes/watch-list'
import { Selection } from '../selection'

/** The terminal for one account, with services of its own: the next account has others. */
@Component({
  selector: 'app-trading',
  imports: [App],
  providers: [Desk, Fills, Selection, WatchList],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: '<app-root />',
  styles: ':host { display: block; flex: 1; min-height: 0; } app-root { height: 100%; }',
})
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- Its services are what it is for.
export class Trading {}
