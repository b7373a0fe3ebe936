import { Subscription, interval } from 'rxjs'
import type { Environment } from '../../errorFields'
import type { Bus } from '../bus/bus'
import { readBody } from '../bus/messages'
import type { EpochNotice } from '../bus/messages'
import { grantSlot, subjectSlot, subjects } from '../bus/subjects'
import type { Entitlement } from '../model/session'
import type { EdgeAccount } from './accounts/edgeAccount'

/** How often an edge says what it needs, in ms. */
const INTEREST = 5_000

interface Followed {
  readonly environment: Environment
  readonly slot: number
  readonly account: EdgeAccount
}

/**
 * Tells the owners what an edge needs, and its accounts when they have another owner. Nothing runs while there are no
 * accounts.
 */
export const createOwnerWatch = (bus: Bus) => {
  const followed = new Set<Followed>()
  let running = Subscription.EMPTY

  const begin = (): void => {
    running = interval(INTEREST).subscribe(() => {
      for (const { account } of followed) account.renew()
    })
    running.add(
      bus.on(subjects.epochs('*', '*')).subscribe(packet => {
        if (packet.kind === 'gap') return
        const at = subjectSlot(packet.subject)
        const { epoch } = readBody(packet.body) as EpochNotice
        for (const { environment, slot, account } of [...followed])
          if (environment === at.environment && slot === at.slot) account.meetOwner(epoch)
      }),
    )
  }
  return {
    /** Follows the owner of an account until the function that comes back is called. */
    add: ({ environment, grantId }: Entitlement, account: EdgeAccount): (() => void) => {
      const entry: Followed = { environment, slot: grantSlot(grantId), account }
      if (followed.size === 0) begin()
      followed.add(entry)
      return () => {
        followed.delete(entry)
        if (followed.size === 0) running.unsubscribe()
      }
    },
  }
}
