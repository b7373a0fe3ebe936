/** What all drills share: the options of their command line, the server at which orders are placed, and how they end. */
import { parseArgs } from 'node:util'
import { ProtoOAOrderStatus, ProtoOAOrderType } from 'rx-ctrader'
import { serveSimulator } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'
import { manyAccounts } from '../support/manyAccounts'
import { randomFrom } from '../soak/random'

/** Wednesday, 7 January 2026, noon UTC. */
const start = Date.UTC(2026, 0, 7, 12)

const { values } = parseArgs({
  options: {
    directory: { type: 'string', default: '.' },
    kills: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    followers: { type: 'string', default: '2000' },
    cluster: { type: 'boolean', default: false },
  },
})

/** The folder of the journals and programs. */
export const { cluster: isCluster, directory } = values
export const followerCount = Number(values.followers)
export const wanted = Number(values.kills)
export const seed = Number(values.seed)
export const random = randomFrom(seed)

/** A server with some accounts, all of one grant unless each has a token of its own. */
export const createBroker = (
  accountIds: readonly number[],
  {
    tokenOf = () => 'demo',
    clientIds = ['demo'],
  }: {
    readonly tokenOf?: (accountId: number) => string
    readonly clientIds?: readonly string[]
  } = {},
): Simulator =>
  createSimulator({
    start,
    seed,
    applications: clientIds.map(clientId => ({ clientId, clientSecret: 'demo' })),
    ...manyAccounts(accountIds, tokenOf),
  })

/** Orders that wait for a price that does not come would stay open. */
export const cancelWaiting = (broker: Simulator, accountId: number): void => {
  for (const { orderId, orderStatus, orderType } of broker.exchange.ledger(accountId).orders)
    if (
      orderStatus === ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED &&
      orderType !== ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT
    )
      broker.trade((exchange, at) =>
        exchange.cancelOrder(
          accountId,
          { ctidTraderAccountId: accountId, orderId },
          { at, clientMsgId: 'broker' },
        ),
      )
}

/** Says what is broken, and ends the process: with 1 if anything is. */
export const conclude = (drill: Promise<readonly string[]>): void => {
  drill.then(
    broken => {
      for (const what of broken) console.error(`broken: ${what}`)
      process.exit(broken.length > 0 ? 1 : 0)
    },
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
}

/** Serves the server at a port, and ends when the drill does. */
export const runDrill = (
  broker: Simulator,
  title: string,
  drill: (url: string) => Promise<readonly string[]>,
): void => {
  console.log(`${title}, seed ${seed}`)
  serveSimulator(broker, { port: 0 }).subscribe(({ url }) => {
    conclude(drill(url))
  })
}
