import { AsyncSubject, BehaviorSubject, NEVER, asyncScheduler, from, merge, timer } from 'rxjs'
import { PayloadType, memoryJournal } from 'rx-ctrader'
import type { Journal, JournalEntry } from 'rx-ctrader'
import { localBus, logJournal } from 'rx-ctrader/gateway'
import type { Bus, Entitlement } from 'rx-ctrader/gateway'
import { createSimulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { gatewayOver, lasting, ownAccount } from '../support/gatewayScene'
import { rawClient } from '../support/rawClient'
import type { RawClient, RawFrame } from '../support/rawClient'
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

/** A journal that is slow to write an order down, with what it has. */
const slowJournal = (delay: number) => {
  const entries: JournalEntry[] = []
  const journal: Journal = {
    append: entry => {
      entries.push(entry)
      return entry.state === 'intended' ? timer(delay) : []
    },
    load: () => [[]],
  }
  return {
    journal: () => journal,
    outcomes: () => entries.flatMap(e => (e.state === 'settled' ? [e.outcome] : [])),
  }
}

const logout = { payloadType: 2162, clientMsgId: 'out', payload: { ctidTraderAccountId: ACCOUNT } }

interface WaitingScene {
  readonly ann: RawClient
  readonly rights$: BehaviorSubject<readonly Entitlement[]>
}

/** What comes of an order whose sender logs the account out after so many ms, and what was sent to cTrader. */
const loggedOutAfter = (ms: number, latency: number, options: Parameters<typeof gatewayOver>[1] = {}) => {
  let answers: readonly RawFrame[] = []
  let sentTypes: readonly number[] = []
  inVirtualTime(({ at }) => {
    const wire = wiretap(createSimulator({ latency }).connect)
    const peer = rawClient(gatewayOver(wire.connect, options).as({ userId: 'ann' }))
    peer.send(...opening)
    at(3_000, () => {
      peer.send(order('o'))
    })
    at(3_000 + ms, () => {
      peer.send(logout)
    })
    at(6_000, () => {
      answers = peer.frames().filter(({ clientMsgId }) => clientMsgId === 'o')
      sentTypes = wire.sentTypes()
      peer.leave()
    })
  })
  return { answers, sentTypes }
}

describe('an order that waits', () => {
  it.each<[string, (scene: WaitingScene) => void, (scene: WaitingScene) => void]>([
    [
      'its user may only view',
      ({ rights$ }) => {
        rights$.next([{ ...ownAccount, scope: 'view' }])
      },
      () => undefined,
    ],
    [
      'its account is logged out',
      ({ ann }) => {
        ann.send(logout)
      },
      () => undefined,
    ],
    [
      'its account is logged out and opened again, and its user may only view then',
      ({ ann }) => {
        ann.send(logout, ...opening.slice(1))
      },
      ({ rights$ }) => {
        rights$.next([{ ...ownAccount, scope: 'view' }])
      },
    ],
    [
      'its account is logged out and opened again, and the session is over then',
      ({ ann }) => {
        ann.send(logout, ...opening.slice(1))
      },
      ({ rights$ }) => {
        rights$.error(new Error('over'))
      },
    ],
    [
      'its line is closed',
      ({ ann }) => {
        ann.leave()
      },
      ({ rights$ }) => {
        rights$.next([])
      },
    ],
  ])('does not leave where %s', (_, change, later) => {
    inVirtualTime(({ at }) => {
      const wire = wiretap(createSimulator({ latency: 10 }).connect)
      const rights$ = new BehaviorSubject<readonly Entitlement[]>([ownAccount])
      const { journal, outcomes } = slowJournal(3_000)
      const entitle = ({ userId }: { readonly userId: string }) =>
        userId === 'ann' ? rights$ : lasting(ownAccount)
      const gateway = gatewayOver(wire.connect, { journal, entitle })
      // The account stays open for another user.
      const [ann, ben] = ['ann', 'ben'].map(userId => rawClient(gateway.as({ userId }))) as [
        RawClient,
        RawClient,
      ]
      for (const peer of [ann, ben]) peer.send(...opening)
      at(3_000, () => {
        ann.send(order('o'))
      })
      at(3_500, () => {
        change({ ann, rights$ })
      })
      at(4_000, () => {
        later({ ann, rights$ })
      })
      at(10_000, () => {
        expect(wire.sentTypes()).not.toContain(PROTO_OA_NEW_ORDER_REQ)
        expect(outcomes()).toEqual(['notSent'])
        ann.leave()
        ben.leave()
      })
    })
  })

  it('is refused, when its account is logged out, as one that was not sent', () => {
    const { answers } = loggedOutAfter(500, 10, { journal: slowJournal(1_000).journal })
    expect(answers).toMatchObject([
      { payloadType: PROTO_OA_ORDER_ERROR_EVENT, payload: { description: 'The order was not sent' } },
    ])
  })

  it('is in doubt for its sender who logs the account out when it has left', () => {
    const { answers, sentTypes } = loggedOutAfter(50, 100)
    expect(answers).toMatchObject([
      { payloadType: PROTO_OA_ORDER_ERROR_EVENT, payload: { errorCode: 'TIMEOUT_ERROR' } },
    ])
    expect(sentTypes).toContain(PROTO_OA_NEW_ORDER_REQ)
  })

  it('is reported, and not in doubt, where its account is opened again before the report comes', () => {
    inVirtualTime(({ at }) => {
      const gateway = gatewayOver(createSimulator({ latency: 100 }).connect)
      const [ann, ben] = ['ann', 'ben'].map(userId => rawClient(gateway.as({ userId }))) as [
        RawClient,
        RawClient,
      ]
      for (const peer of [ann, ben]) peer.send(...opening)
      at(3_000, () => {
        ann.send(order('o'))
      })
      at(3_020, () => {
        ann.send(logout, ...opening.slice(1))
      })
      at(6_000, () => {
        const answers = ann.frames().filter(({ clientMsgId }) => clientMsgId === 'o')
        expect(answers.map(({ payloadType }) => payloadType)).toEqual([
          PROTO_OA_EXECUTION_EVENT,
          PROTO_OA_EXECUTION_EVENT,
        ])
        ann.leave()
        ben.leave()
      })
    })
  })

  it('does not leave after 10 s, because its price may be another one by then', () => {
    inVirtualTime(({ at }) => {
      const wire = wiretap(createSimulator({ latency: 10 }).connect)
      const { journal, outcomes } = slowJournal(10_100)
      const peer = rawClient(gatewayOver(wire.connect, { journal }).as({ userId: 'ann' }))
      peer.send(...opening)
      at(3_000, () => {
        peer.send(order('o'))
      })
      at(14_000, () => {
        expect(codes(peer)).toEqual(['CH_SERVER_NOT_REACHABLE'])
        expect(outcomes()).toEqual(['notSent'])
        expect(wire.sentTypes()).not.toContain(PROTO_OA_NEW_ORDER_REQ)
        peer.leave()
      })
    })
  })

  it('is refused 10 s after it came where the lane is full', () => {
    inVirtualTime(({ at }) => {
      const wire = wiretap(createSimulator({ latency: 10 }).connect)
      const gateway = gatewayOver(wire.connect)
      const lines = Array.from({ length: 10 }, (_, n) =>
        rawClient(gateway.as({ userId: n < 5 ? 'ann' : 'ben' })),
      )
      for (const line of lines) line.send(...opening)
      at(3_000, () => {
        lines.forEach((line, index) => {
          for (let n = 0; n < 90; n += 1) line.send(order(`${index} ${n}`))
        })
      })
      const sent = (): number => wire.sentTypes().filter(type => type === PROTO_OA_NEW_ORDER_REQ).length
      const answered = (): number =>
        new Set(
          lines.flatMap(line =>
            line
              .frames()
              .flatMap(({ clientMsgId }) => (/^\d+ \d+$/.test(clientMsgId ?? '') ? [clientMsgId] : [])),
          ),
        ).size
      at(14_000, () => {
        expect(sent()).toBeGreaterThan(400)
        expect(sent()).toBeLessThan(600)
        expect(answered()).toBe(900)
      })
      at(30_000, () => {
        expect(sent()).toBeLessThan(600)
        for (const line of lines) line.leave()
      })
    })
  })

  it('counts as a request without an answer', () => {
    inVirtualTime(({ at }) => {
      const wire = wiretap(createSimulator({ latency: 10 }).connect)
      const gateway = gatewayOver(wire.connect, {
        journal: slowJournal(1_000).journal,
        limits: { liveWaiting: 2 },
      })
      const peer = rawClient(gateway.as({ userId: 'ann' }))
      peer.send(...opening)
      at(3_000, () => {
        peer.send(order('1'), order('2'), order('3'))
      })
      at(5_000, () => {
        expect(wire.sentTypes().filter(type => type === PROTO_OA_NEW_ORDER_REQ)).toHaveLength(2)
        expect(peer.frames().find(({ clientMsgId }) => clientMsgId === '3')).toMatchObject({
          payload: { errorCode: 'REQUEST_FREQUENCY_EXCEEDED' },
        })
        peer.send(order('4'))
      })
      at(8_000, () => {
        expect(wire.sentTypes().filter(type => type === PROTO_OA_NEW_ORDER_REQ)).toHaveLength(3)
        peer.leave()
      })
    })
  })
})

describe('what an order needs before it leaves', () => {
  it.each<[string, object, string]>([
    [
      'an audit',
      {
        audit: () => {
          throw new Error('the disk is full')
        },
      },
      'gateway.audit',
    ],
    [
      'a journal',
      {
        journal: () => ({
          load: () => [[]],
          append: () => {
            throw new Error('the disk is full')
          },
        }),
      },
      'gateway.journal',
    ],
  ])('is missed once in the log where it fails: %s', (_, options, event) => {
    inVirtualTime(({ at }) => {
      const logged: unknown[] = []
      const gateway = gatewayOver(createSimulator({ latency: 10 }).connect, {
        ...options,
        log: (level, name, fields) => logged.push([level, name, String(fields['error'])]),
      })
      const peer = rawClient(gateway.as({ userId: 'ann' }))
      peer.send(...opening)
      at(3_000, () => {
        logged.length = 0
        peer.send(order('1'), order('2'))
      })
      at(5_000, () => {
        expect(logged).toEqual([['warn', event, 'Error: the disk is full']])
        peer.leave()
      })
    })
  })

  it('works again in the log when it does', () => {
    inVirtualTime(({ at }) => {
      const logged: unknown[] = []
      let isFull = true
      const gateway = gatewayOver(createSimulator({ latency: 10 }).connect, {
        audit: () => {
          if (isFull) throw new Error('the disk is full')
        },
        log: (level, name, fields) => {
          if (name === 'gateway.audit') logged.push([level, fields['failed']])
        },
      })
      const peer = rawClient(gateway.as({ userId: 'ann' }))
      peer.send(...opening)
      at(3_000, () => {
        peer.send(order('1'))
      })
      at(3_500, () => {
        isFull = false
        peer.send(order('2'), order('3'))
      })
      at(5_000, () => {
        expect(logged).toEqual([
          ['warn', true],
          ['info', false],
        ])
        peer.leave()
      })
    })
  })

  it('has 10 s for an audit, and then the order is refused', () => {
    inVirtualTime(({ at }) => {
      const logged: unknown[] = []
      const gateway = gatewayOver(createSimulator({ latency: 10 }).connect, {
        audit: () => NEVER,
        log: (_, name) => logged.push(name),
      })
      const peer = rawClient(gateway.as({ userId: 'ann' }))
      peer.send(...opening)
      at(3_000, () => {
        peer.send(order('o'))
      })
      at(13_100, () => {
        expect(codes(peer)).toEqual(['CH_SERVER_NOT_REACHABLE'])
        expect(logged).toContain('gateway.audit')
        peer.leave()
      })
    })
  })
})
