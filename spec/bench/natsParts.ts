/** The parts of a gateway over NATS that benches measure: owners in processes of their own, an edge, a browser. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { NEVER, concat, of } from 'rxjs'
import { createEdge } from 'rx-ctrader/gateway'
import type { Entitlement, Gateway } from 'rx-ctrader/gateway'
import { natsBus } from 'rx-ctrader/nats'
import type { NatsServer } from '../support/natsServer'

interface Pumped {
  readonly cpu: number
  readonly accounts: number
}

/** Owners of some lines in a process of their own. */
export const startOwner = async (
  nats: string,
  name: string,
  lines: readonly string[],
  maxLines: number,
  measuresOrders = false,
) => {
  const child = fork('spec/bench/natsOwner.mjs')
  const answer = async <T>(message: object): Promise<T> => {
    child.send(message)
    const [answered] = (await once(child, 'message')) as [T]
    return answered
  }
  await answer({ nats, name, lines, maxLines, measuresOrders })
  return { pump: (message: object) => answer<Pumped>(message), stop: () => child.kill() }
}

const entitlementsOf = (accountIds: readonly number[]): readonly Entitlement[] =>
  accountIds.map(accountId => ({
    accountId,
    environment: 'demo',
    grantId: `grant ${accountId}`,
    scope: 'trade',
  }))

/** A browser at an edge, with all accounts and a symbol of each. */
export const openBrowser = async (edge: Gateway, accountIds: readonly number[]) => {
  let onText: (text: string) => void = () => undefined
  const { receive } = edge.accept(
    {
      send: text => {
        onText(text)
      },
      close: (code, reason) => {
        throw new Error(`closed: ${code} ${reason}`)
      },
      cut: () => undefined,
    },
    {},
  )
  const ask = async (payloadType: number, payload: object): Promise<void> => {
    for (;;) {
      const answer = await new Promise<string>(resolve => {
        onText = text => {
          if (text.includes('"clientMsgId":"ask"')) resolve(text)
        }
        receive(JSON.stringify({ payloadType, clientMsgId: 'ask', payload }))
      })
      if (answer.includes(`"payloadType":${payloadType + 1},`)) return
      // The line has no owner yet.
      await pause(200)
    }
  }
  await ask(2100, { clientId: 'bench', clientSecret: 'bench' })
  for (const ctidTraderAccountId of accountIds) {
    await ask(2102, { ctidTraderAccountId, accessToken: 'any' })
    await ask(2127, { ctidTraderAccountId, symbolId: [1], subscribeToSpotTimestamp: true })
  }
  return {
    receive,
    listen: (listener: (text: string) => void) => {
      onText = listener
    },
  }
}

/** An edge in this process, for one user of some accounts. */
export const edgeAt = async (server: NatsServer, accountIds: readonly number[]): Promise<Gateway> =>
  createEdge({
    bus: natsBus(await server.connect()),
    origins: [],
    limits: { framesPerSecond: 10_000, burst: 10_000 },
    authenticate: () => of({ userId: 'bench' }),
    entitle: () => concat(of(entitlementsOf(accountIds)), NEVER),
  })
