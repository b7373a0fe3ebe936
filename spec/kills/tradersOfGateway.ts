import { join } from 'node:path'
import { firstValueFrom, from } from 'rxjs'
import { PayloadType, createClient } from 'rx-ctrader'
import { fileJournal } from 'rx-ctrader/node'
import type { Simulator } from 'rx-ctrader/simulator'
import { openIntents } from '../../src/orders/model/journal'
import { wrongs } from '../orders/outcomes/judge'
import type { Deed, Told } from '../orders/outcomes/play'
import { ownId, withOwnIds } from './countedBroker'
import { directory, seed } from './drill'
import { startProgram } from './program'
import type { Program } from './program'
import type { Said } from './said'

/** Longer than an edge waits for an owner and a trader for its orders, in s. */
const SILENT = 60

/** Processes that trade through a gateway, an account each. */
export const createTraders = (
  broker: Simulator,
  accountIds: readonly number[],
  tokenOf: (accountId: number) => string = () => 'demo',
) => {
  const observer = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' })
  return accountIds.map(accountId => {
    const path = join(directory, `orders-${accountId}.jsonl`)
    const told = new Map<string, Told>()
    /** All that was said of each order, to explain what is wrong. */
    const history = new Map<string, string>()
    const note = (id: string, what: string): void => {
      history.set(id, `${history.get(id) ?? 'said:'} ${what}`)
    }
    let lastAt = performance.now()
    const deeds: Deed[] = []
    observer
      .account({ accountId, accessToken: tokenOf(accountId) })
      .on(PayloadType.PROTO_OA_EXECUTION_EVENT)
      .subscribe(({ clientMsgId, payload: { executionType, order, position } }) => {
        const id = clientMsgId === undefined ? undefined : ownId(clientMsgId)
        deeds.push({
          clientMsgId: id,
          executionType,
          orderId: order?.orderId,
          positionId: position?.positionId,
        })
      })
    return {
      open: (url: string, ...options: string[]): Program => {
        const own = ['--url', url, '--journal', path, '--account', `${accountId}`, '--seed', `${seed}`]
        return startProgram('trader', [...own, ...options], line => {
          const said = JSON.parse(line) as Said
          if (said.event === 'failed') note(said.id, said.reason)
          if (said.event !== 'told') return
          told.set(said.id, said.update)
          lastAt = performance.now()
          note(said.id, `${said.isRecovered ? 'recovered ' : ''}${said.update.status}`)
        })
      },
      /** Traders who say nothing for long have come to a stop. */
      silences: (): readonly string[] => {
        const silent = Math.round((performance.now() - lastAt) / 1_000)
        return silent > SILENT ? [`account ${accountId}: its trader has said nothing for ${silent} s`] : []
      },
      result: async () => {
        const entries = await firstValueFrom(from(fileJournal(path).load()))
        const outcome = {
          accountId,
          broker: withOwnIds(broker),
          calls: [],
          stuck: [],
          entries,
          open: openIntents(entries),
          told,
          deeds,
          left: [],
        }
        return {
          orders: entries.filter(({ state }) => state === 'intended').length,
          wrong: wrongs(outcome).map(what => {
            const [id = ''] = what.split(' ')
            return `account ${accountId}: ${what}; ${history.get(id) ?? ''}`
          }),
        }
      },
    }
  })
}
