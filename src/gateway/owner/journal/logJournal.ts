import { of } from 'rxjs'
import type { Journal, JournalEntry, OrderIntent } from '../../../orders/model/journal'
import type { BusLog } from '../../bus/bus'
import { fencedChain } from './fencedChain'

/**
 * The journal of one account in a log of a bus, for a gateway that another process can take over from. The first use
 * writes a fence: from then on, what an earlier process appends is refused. So an order can leave from one process
 * only, the one whose entry is acknowledged, also if the other one was paused and knows nothing of it.
 *
 * A fence has the open orders, and the entries before it are removed. So the log stays short. The `audit` of a gateway
 * is for what has to be kept.
 *
 * ```ts
 * const bus = natsBus(nc)
 * const journal = (accountId: number) => logJournal(bus.log(`${accountId}`))
 * const origins = ['https://app.example.com']
 * const gateway = createGateway({ bus, journal, application, origins, grants, authenticate, entitle })
 * ```
 */
export const logJournal = (log: BusLog): Journal => {
  const open = new Map<string, OrderIntent>()
  const chain = fencedChain<JournalEntry, readonly OrderIntent[]>(log, {
    note: entry => {
      const { id, state } = entry
      if (id === undefined) return
      if (state === 'intended') open.set(id, entry as OrderIntent)
      if (state === 'settled') open.delete(id)
    },
    restore: intents => {
      open.clear()
      for (const intent of intents) open.set(intent.id, intent)
    },
    snapshot: () => [...open.values()],
  })
  return {
    append: chain.append,
    load: () => chain.begun(() => of([...open.values()])),
  }
}
