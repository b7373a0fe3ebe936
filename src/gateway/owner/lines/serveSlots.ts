import { Observable, map, of } from 'rxjs'
import type { Environment } from '../../../errorFields'
import type { Bus } from '../../bus/bus'
import { readBody } from '../../bus/messages'
import type { OwnerNotice, OwnerReply, OwnerRequest } from '../../bus/messages'
import { subjectAccount, subjects } from '../../bus/subjects'
import type { LineAccounts } from '../accounts/lineAccounts'

const notOwner: OwnerReply = { kind: 'notOwner' }

/**
 * Serves what comes on the bus for the accounts of some slots, or of all, while subscribed. `find` gives the accounts
 * of the line that a slot is on.
 */
export const serveSlots = (
  bus: Bus,
  environment: Environment,
  slots: readonly (number | '*')[],
  find: (slot: number) => LineAccounts | undefined,
  /** Of an owner that others may follow. */
  epoch?: number,
): Observable<never> =>
  new Observable(subscriber => {
    const answer = (body: string, subject: string): Observable<string> => {
      const to = subjectAccount(subject)
      const accounts = find(to.slot)
      const answer$ = accounts?.answer(to.accountId, readBody(body) as OwnerRequest) ?? of(notOwner)
      return answer$.pipe(map(reply => JSON.stringify(reply)))
    }
    for (const slot of slots) {
      for (const to of new Set([undefined, epoch]))
        subscriber.add(bus.serve(subjects.requests(environment, slot, '*', to), answer).subscribe())
      subscriber.add(
        bus.on(subjects.notices(environment, slot, '*')).subscribe(packet => {
          if (packet.kind === 'gap') return
          const to = subjectAccount(packet.subject)
          find(to.slot)?.take(to.accountId, readBody(packet.body) as OwnerNotice)
        }),
      )
    }
  })
