/**
 * Owners over NATS in a process of their own, until its parent ends. The server behind them is in the same process: it
 * says yes to everything, and sends prices when the parent says so.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { NEVER, Observable, Subject, of } from 'rxjs'
import { createOwners } from 'rx-ctrader/gateway'
import { natsBus } from 'rx-ctrader/nats'

/** Prices that leave in one turn. */
const BURST = 250

const cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Does what an owner does for an order, without the owner: an entry in a journal, then an event and its outcome. */
const answerRequests = async connection => {
  const js = jetstream(connection)
  const { streams } = await js.jetstreamManager()
  await streams.add({ name: 'BENCH', subjects: ['bench.journal'] })
  let last = 0
  const append = async text => {
    const { seq } = await js.publish('bench.journal', text, { expect: { lastSubjectSequence: last } })
    last = seq
  }
  let before = Promise.resolve()
  const answer = async message => {
    const text = message.string()
    await append(text)
    connection.publish('bench.event', text)
    await append(text)
    message.respond(text)
  }
  connection.subscribe('bench.request', {
    callback: (_, message) => {
      before = before.then(() => answer(message))
    },
  })
}

process.once('message', async ({ nats, name, lines, maxLines, measuresOrders }) => {
  const connection = await connect({ servers: nats })
  /** The line of each account. */
  const accounts = new Map()
  const open = () =>
    new Observable(subscriber => {
      const frame$ = new Subject()
      const say = (payloadType, payload, clientMsgId) => {
        frame$.next(JSON.stringify({ payloadType, clientMsgId, payload }))
      }
      subscriber.next({
        frame$,
        send: text => {
          const { payloadType, clientMsgId, payload } = JSON.parse(text)
          if (payloadType === 51) return
          if (payloadType === 2102) accounts.set(payload.ctidTraderAccountId, say)
          const { ctidTraderAccountId } = payload
          Promise.resolve().then(() => {
            if (payloadType !== 2106)
              say(payloadType + 1, { ctidTraderAccountId, ctidTraderAccount: [] }, clientMsgId)
            else say(2126, { ctidTraderAccountId, executionType: 2, isServerEvent: false }, clientMsgId)
          })
        },
      })
    })
  createOwners({
    bus: natsBus(connection),
    name,
    maxLines,
    application: { clientId: 'bench', clientSecret: 'bench' },
    grants: { load: () => of({ tokens: { accessToken: 'bench' }, version: '1' }), save: () => NEVER },
    lines: lines.map(line => ({ name: line, environment: 'demo', connect: open })),
  })
  process.on('message', async ({ prices, perTurn = BURST, pause = 0 }) => {
    const begin = cpu()
    let bid = 100_000
    const all = [...accounts]
    for (let sent = 0; sent < prices; sent += perTurn) {
      for (let n = 0; n < perTurn; n += 1) {
        bid += 1
        const [ctidTraderAccountId, say] = all[n % all.length]
        say(2131, {
          ctidTraderAccountId,
          symbolId: 1,
          bid,
          ask: bid + 10,
          timestamp: Math.round((performance.timeOrigin + performance.now()) * 1_000),
        })
      }
      await (pause > 0 ? wait(pause) : connection.flush())
    }
    await connection.flush()
    process.send({ cpu: cpu() - begin, accounts: all.length })
  })
  if (measuresOrders) await answerRequests(connection)
  process.send({ ready: true })
})
process.on('disconnect', () => process.exit())
