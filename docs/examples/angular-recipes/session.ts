import { Injectable, signal } from '@angular/core'

@Injectable({ providedIn: 'root' })
export class Session {
  /** The user who is logged in. */
  readonly user = signal<string | undefined>(undefined)
  /** The account that the user has chosen, of several. */
  readonly accountId = signal<number | undefined>(undefined)
}
