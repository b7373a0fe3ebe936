import { ChangeDetectionStrategy, Component, inject } from '@angular/core'
import { Desk } from '../desk'
import { Fills } from './fills'
import { Step } from './step'

/** What became of each order, step by step. */
@Component({
  selector: 'app-activity',
  imports: [Step],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './activity.html',
  styleUrl: './activity.css',
})
export class Activity {
  protected readonly events = inject(Fills).events
  protected readonly commands = inject(Desk).commands
}
