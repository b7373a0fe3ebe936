import type { Simulator } from 'rx-ctrader/simulator'
import type { JournalEntry } from 'rx-ctrader'
import { openIntents } from '../../src/orders/model/journal'
import { isCommand } from '../../src/protocol/table'
import type { MessageType } from '../../src/protocol/table'

/** Without what a gateway puts before an id. */
export const ownId = (id: string): string => id.replace(/^[^~]+~[^~]+~/, '')

/** How often the server has received each order command that came through a gateway. */
export const countCommands = (broker: Simulator) => {
  const received = new Map<string, number>()
  const watched: Simulator = {
    ...broker,
    accept: peer => {
      const connection = broker.accept(peer)
      return {
        ...connection,
        receive: text => {
          const { clientMsgId = '', payloadType } = JSON.parse(text) as {
            readonly clientMsgId?: string
            readonly payloadType: MessageType
          }
          if (isCommand(payloadType)) received.set(clientMsgId, (received.get(clientMsgId) ?? 0) + 1)
          connection.receive(text)
        },
      }
    },
  }
  return { received, watched }
}

/** The ledger with the ids of the traders, as the judge wants it. */
export const withOwnIds = (broker: Simulator): Simulator => ({
  ...broker,
  exchange: {
    ...broker.exchange,
    ledger: accountId => {
      const ledger = broker.exchange.ledger(accountId)
      const orders = ledger.orders.map(order =>
        order.clientOrderId === undefined ? order : { ...order, clientOrderId: ownId(order.clientOrderId) },
      )
      return { ...ledger, orders }
    },
  },
})

/** What the journals of a gateway say, beside what the server has received. */
export const checkJournals = (
  journals: readonly (readonly JournalEntry[])[],
  received: ReadonlyMap<string, number>,
) => {
  const count = (id: string): number => received.get(id) ?? 0
  const entries = journals.flat()
  const open = journals.flatMap(openIntents).map(({ id }) => id)
  const intended = new Set(entries.filter(({ state }) => state === 'intended').map(({ id }) => id))
  const late = entries.filter(
    entry => entry.state === 'settled' && entry.outcome === 'notSent' && count(entry.id) > 0,
  )
  return {
    orders: intended.size,
    unsent: [...intended].filter(id => count(id) === 0).length,
    openUnsent: open.filter(id => count(id) === 0),
    doubled: [...received].filter(([, times]) => times > 1).map(([id]) => `${id} was received twice`),
    unwritten: [...received.keys()]
      .filter(id => !intended.has(id))
      .map(id => `${id} was received, and is in no journal`),
    late: late.map(({ id }) => `${id} was received, and is said to be notSent`),
    unknown: open.filter(id => count(id) > 0).map(id => `${id} was received, and its outcome is open`),
  }
}
