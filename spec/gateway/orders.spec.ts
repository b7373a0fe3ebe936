import { AsyncSubject, asyncScheduler, from, merge } from 'rxjs'
import { PayloadType, memoryJournal } from 'rx-ctrader'
import type { Journal, JournalEntry } from 'rx-ctrader'
import { localBus, logJournal } from 'rx-ctrader/gateway'
import type { Bus } from 'rx-ctrader/gateway'
import { createSimulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { gatewayOver } from '../support/gatewayScene'
import { rawClient } from '../support/rawClient'
import type { RawClient } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

const { PROTO_OA_EXECUTION_EVENT, PROTO_OA_NEW_ORDER_REQ, PROTO_OA_ORDER_ERROR_EVENT } = PayloadType

const opening = [
  { payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } },
  { payloadType: 2102, payload: { ctidTraderAccountId: ACCOUNT, accessToken: 'a' } },
]
const order = (clientMsgId: string, change: object = {}) => ({
  payloadType: PROTO_OA_NEW_ORDER_REQ,
  clientMsgId,
  payload: {
    ctidTraderAccountId: ACCOUNT,
    symbolId: 1,
    orderType: 1,
    tradeSide: 1,
    volume: 100_000,
    ...change,
  },
})

const codes = (peer: RawClient): readonly unknown[] =>
  peer
    .frames()
    .filter(({ payloadType }) => ![51, 2101, 2103].includes(payloadType))
    .map(({ payload, payloadType }) => payload?.['errorCode'] ?? payloadType)

describe('an order through a gateway', () => {
  it('is in doubt where its line is lost, and the account ends, so that the client finds out', () => {
    inVirtualTime(({ at }) => {
      const broker = createSimulator({ latency: 100 })
      const wire = wiretap(broker.connect)
      const peer = rawClient(gatewayOver(wire.connect).as({ userId: 'ann' }))
      peer.send(...opening)
      at(3_000, () => {
        peer.send(order('o'))
      })
      at(3_050, broker.drop)
      at(20_000, () => {
        expect([...codes(peer)].sort()).toEqual([2164, 'TIMEOUT_ERROR'])
        const doubt = peer.frames().find(({ payloadType }) => payloadType === PROTO_OA_ORDER_ERROR_EVENT)
        expect(doubt).toMatchObject({ clientMsgId: 'o', payload: { ctidTraderAccountId: ACCOUNT } })
        expect(wire.sentTypes().filter(type => type === PROTO_OA_NEW_ORDER_REQ)).toHaveLength(1)
        peer.leave()
      })
    })
  })

  it('is refused, and certainly not sent, where it cannot be written down', () => {
    inVirtualTime(({ at }) => {
      const wire = wiretap(createSimulator({ latency: 10 }).connect)
      const journal = {
        append: () => {
          throw new Error('the disk is full')
        },
        load: () => [[]],
      }
      const peer = rawClient(gatewayOver(wire.connect, { journal: () => journal }).as({ userId: 'ann' }))
      peer.send(...opening)
      at(3_000, () => {
        peer.send(order('o'))
      })
      at(5_000, () => {
        expect(codes(peer)).toEqual(['CH_SERVER_NOT_REACHABLE'])
        expect(wire.sentTypes()).not.toContain(PROTO_OA_NEW_ORDER_REQ)
        peer.leave()
      })
    })
  })

  it('is sent once, and answered as it ends, where a bus delivers it twice', () => {
    for (const apart of [0, 5, 3_000])
      inVirtualTime(({ at }) => {
        const wire = wiretap(createSimulator({ latency: 10 }).connect)
        const local = localBus()
        const twice: Bus = {
          ...local,
          serve: (subject, answer) =>
            local.serve(subject, (body, served) => {
              if (!body.includes('"command"')) return answer(body, served)
              const second$ = new AsyncSubject<string>()
              asyncScheduler.schedule(() => from(answer(body, served)).subscribe(second$), apart)
              return merge(answer(body, served), second$)
            }),
        }
        const gateway = gatewayOver(wire.connect, { bus: twice })
        const peer = rawClient(gateway.as({ userId: 'ann' }))
        peer.send(...opening)
        at(3_000, () => {
          peer.send(order('o'), order('refused', { volume: 1 }))
        })
        at(10_000, () => {
          expect(wire.sentTypes().filter(type => type === PROTO_OA_NEW_ORDER_REQ)).toHaveLength(2)
          expect([...codes(peer)].sort()).toEqual([
            PROTO_OA_EXECUTION_EVENT,
            PROTO_OA_EXECUTION_EVENT,
            'TRADING_BAD_VOLUME',
          ])
          peer.leave()
          gateway.close().subscribe()
        })
      })
  })

  it('does not leave a gateway whose journal another one has taken over', () => {
    inVirtualTime(({ at }) => {
      const broker = createSimulator({ latency: 10 })
      const shared = localBus()
      const journal = (accountId: number) => logJournal(shared.log(String(accountId)))
      const [former, next] = [1, 2].map(() => {
        const wire = wiretap(broker.connect)
        return { wire, peer: rawClient(gatewayOver(wire.connect, { journal }).as({ userId: 'ann' })) }
      })
      former?.peer.send(...opening)
      at(3_000, () => {
        former?.peer.send(order('first'))
        next?.peer.send(...opening)
      })
      at(6_000, () => {
        former?.peer.send(order('late'))
        next?.peer.send(order('second'))
      })
      at(10_000, () => {
        const orders = [former, next].map(each =>
          each?.wire.sentTypes().filter(type => type === PROTO_OA_NEW_ORDER_REQ),
        )
        expect(orders.map(sent => sent?.length)).toEqual([1, 1])
        const late = former?.peer.frames().find(({ clientMsgId }) => clientMsgId === 'late')
        expect(late?.payload?.['errorCode']).toBe('CH_SERVER_NOT_REACHABLE')
        former?.peer.leave()
        next?.peer.leave()
      })
    })
  })

  it('does not leave where its session ends while it waits for its turn, and its entry says so', () => {
    inVirtualTime(({ at }) => {
      const wire = wiretap(createSimulator({ latency: 10 }).connect)
      const entries: JournalEntry[] = []
      const journal: Journal = { append: entry => entries.push(entry), load: () => [[]] }
      const session = { userId: 'ann', expiresAt: asyncScheduler.now() + 5_000 }
      const peer = rawClient(gatewayOver(wire.connect, { journal: () => journal }).as(session))
      peer.send(...opening)
      const sent = (): number => wire.sentTypes().filter(type => type === PROTO_OA_NEW_ORDER_REQ).length
      at(4_500, () => {
        for (let n = 0; n < 90; n += 1) peer.send(order(`${n}`))
      })
      at(20_000, () => {
        expect(peer.closed).toMatchObject({ code: 1008 })
        const outcomes = entries.flatMap(entry => (entry.state === 'settled' ? [entry.outcome] : []))
        expect(outcomes).toHaveLength(90)
        expect(outcomes.filter(outcome => outcome === 'answered')).toHaveLength(sent())
        expect(outcomes.filter(outcome => outcome === 'notSent')).toHaveLength(90 - sent())
        expect(sent()).toBeLessThan(90)
      })
    })
  })

  it('is refused as the server refuses it, with what it names', () => {
    inVirtualTime(({ at }) => {
      const peer = rawClient(gatewayOver(createSimulator({ latency: 10 }).connect).as({ userId: 'ann' }))
      peer.send(...opening)
      at(3_000, () => {
        peer.send({
          payloadType: PayloadType.PROTO_OA_CLOSE_POSITION_REQ,
          clientMsgId: 'c',
          payload: { ctidTraderAccountId: ACCOUNT, positionId: 77, volume: 100_000 },
        })
      })
      at(5_000, () => {
        expect(peer.frames().at(-1)).toMatchObject({
          payloadType: PROTO_OA_ORDER_ERROR_EVENT,
          clientMsgId: 'c',
          payload: { errorCode: 'POSITION_NOT_FOUND' },
        })
        peer.leave()
      })
    })
  })

  it('has the id of its sender, also where two users choose the same', () => {
    inVirtualTime(({ at }) => {
      const gateway = gatewayOver(createSimulator({ latency: 10 }).connect)
      const peers = ['ann', 'ben'].map(userId => rawClient(gateway.as({ userId })))
      for (const peer of peers) peer.send(...opening)
      at(3_000, () => {
        for (const peer of peers) peer.send(order('1'))
      })
      at(8_000, () => {
        for (const peer of peers) {
          const reports = peer.frames().filter(({ payloadType }) => payloadType === PROTO_OA_EXECUTION_EVENT)
          const own = reports.filter(({ clientMsgId }) => clientMsgId === '1')
          expect(own).toHaveLength(2)
          expect(reports).toHaveLength(4)
          peer.leave()
        }
      })
    })
  })

  it('is looked up by a gateway that comes back, and its entry in the journal is closed', () => {
    inVirtualTime(({ at, watch }) => {
      const broker = createSimulator({ latency: 10 })
      const journal = memoryJournal()
      const before = gatewayOver(broker.connect, { journal: () => journal })
      const peer = rawClient(before.as({ userId: 'ann' }))
      peer.send(...opening)
      at(3_000, () => {
        // Its answer is lost, and so is the gateway.
        broker.fault({ kind: 'swallow', payloadType: PROTO_OA_NEW_ORDER_REQ, takesEffect: true })
        peer.send(order('o', { orderType: 2, limitPrice: 0.9 }))
      })
      at(4_000, () => {
        before.close().subscribe()
      })
      at(5_000, () => {
        const open = watch(journal.load() as never)
        expect(open.values[0]).toHaveLength(1)
        const later = rawClient(gatewayOver(broker.connect, { journal: () => journal }).as({ userId: 'ann' }))
        later.send(...opening)
        broker.trade((exchange, now) => {
          for (const { orderId } of exchange.ledger(ACCOUNT).orders)
            exchange.cancelOrder(
              ACCOUNT,
              { ctidTraderAccountId: ACCOUNT, orderId },
              { at: now, clientMsgId: 'x' },
            )
        })
        at(60_000, () => {
          expect(watch(journal.load() as never).values[0]).toEqual([])
          later.leave()
        })
      })
    })
  })
})
