import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'
import { rawClient } from '../support/rawClient'
import type { RawClient } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'
import { BYE, version, appAuth, accountAuth, refresh, scene } from './disciplineScene'

const {
  PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_APPLICATION_AUTH_RES,
  PROTO_OA_REFRESH_TOKEN_RES,
  PROTO_OA_VERSION_RES,
} = PayloadType

describe('a fault', () => {
  it.each<[string, (broker: Simulator) => void, object]>([
    [
      'close',
      broker => {
        broker.close(1000, 'Bye')
      },
      BYE,
    ],
    [
      'close with another code',
      broker => {
        broker.close(1012, 'Service restart')
      },
      { code: 1012, reason: 'Service restart', wasClean: true },
    ],
    [
      'drop',
      broker => {
        broker.drop()
      },
      { code: 1006, reason: '', wasClean: false },
    ],
  ])('%s ends all open lines and spares later ones', (_, fault, ending) => {
    scene(({ at, authenticated, broker, say }) => {
      const before = [authenticated(), rawClient(broker.connect)]
      at(1_000, () => {
        fault(broker)
        for (const client of before) client.send(version())
      })
      at(2_000, () => {
        for (const client of before) {
          expect(client.closed).toEqual({ at: 1_000, ...ending })
          expect(client.received.join()).not.toContain('2105')
        }
        const after = authenticated()
        say(after, 1_000, version())
        at(1_001, () => {
          expect(after.frames().map(({ payloadType }) => payloadType)).toEqual([
            PROTO_OA_APPLICATION_AUTH_RES,
            PROTO_OA_ACCOUNT_AUTH_RES,
            PROTO_OA_VERSION_RES,
          ])
          expect(after.closed).toBeUndefined()
          after.leave()
        })
      })
    })
  })

  it('ends the sessions of the lines with them', () => {
    scene(({ at, authenticated, broker }) => {
      const lost = authenticated()
      at(1_000, broker.drop)
      at(2_000, () => {
        const client = authenticated()
        client.send(refresh)
        at(1_000, () => {
          expect(client.frames().map(({ payloadType }) => payloadType)).toEqual([
            PROTO_OA_APPLICATION_AUTH_RES,
            PROTO_OA_ACCOUNT_AUTH_RES,
            PROTO_OA_REFRESH_TOKEN_RES,
            PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
            PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
          ])
          expect(lost.received).toHaveLength(2)
          client.leave()
        })
      })
    })
  })

  it('silence leaves the line open and dead', () => {
    scene(({ at, authenticated, broker, say }) => {
      const client = authenticated()
      at(1_000, broker.silence)
      say(client, 2_000, version(), 'hello')
      at(3_000, () => {
        const other = authenticated()
        other.send(refresh)
        at(1_000, other.leave)
      })
      at(600_000, () => {
        expect(client.received).toHaveLength(2)
        expect(client.closed).toBeUndefined()
        client.leave()
      })
    })
  })

  it('silence is of the lines open then: the next ones are served', () => {
    scene(({ at, authenticated, broker }) => {
      const silent = authenticated()
      at(1_000, broker.silence)
      at(2_000, () => {
        const next = authenticated()
        at(59_000, () => {
          expect(next.timed.map(([ms]) => ms)).toEqual([2_000, 2_000, 32_000])
          next.leave()
          silent.leave()
        })
      })
    })
  })

  it.each<[string, (broker: Simulator) => void, object]>([
    [
      'drop',
      broker => {
        broker.drop()
      },
      { code: 1006, reason: '', wasClean: false },
    ],
    [
      'close',
      broker => {
        broker.close(1000, 'Bye')
      },
      BYE,
    ],
  ])('%s ends a silent line', (_, fault, ending) => {
    scene(({ at, authenticated, broker }) => {
      const client = authenticated()
      at(1_000, broker.silence)
      at(100_000, () => {
        fault(broker)
      })
      at(101_000, () => {
        expect(client.closed).toEqual({ at: 100_000, ...ending })
      })
    })
  })

  it.each(['{"payloadType":2131,"payload":', 'not JSON', '', '{"payloadType":9999}'])(
    'push sends %j as it is to all open lines',
    text => {
      scene(({ at, authenticated, broker }) => {
        const clients = [authenticated(), rawClient(broker.connect)]
        const left = authenticated()
        at(500, left.leave)
        at(1_000, () => {
          broker.push(text)
        })
        at(2_000, () => {
          for (const client of clients) {
            expect(client.timed.at(-1)).toEqual([1_000, text])
            expect(client.closed).toBeUndefined()
            client.leave()
          }
          expect(left.received).toHaveLength(2)
        })
      })
    },
  )

  it('push is not heard on a silent line', () => {
    scene(({ at, authenticated, broker }) => {
      const client = authenticated()
      at(1_000, () => {
        broker.silence()
        broker.push('{"payloadType":2148}')
      })
      at(2_000, () => {
        expect(client.received).toHaveLength(2)
        client.leave()
      })
    })
  })

  it('on a server without lines does nothing', () => {
    scene(({ at, authenticated, broker }) => {
      broker.close(1000, 'Bye')
      broker.drop()
      broker.silence()
      broker.push('hello')
      const client = authenticated()
      at(1_000, () => {
        expect(client.received).toHaveLength(2)
        client.leave()
      })
    })
  })
})

describe('a line that has ended', () => {
  const endings: [string, (broker: Simulator, client: RawClient) => void][] = [
    [
      'the client leaves',
      (_, client) => {
        client.leave()
      },
    ],
    [
      'the server closes it',
      broker => {
        broker.close(1000, 'Bye')
      },
    ],
    [
      'it breaks',
      broker => {
        broker.drop()
      },
    ],
    [
      'the client is malformed',
      (_, client) => {
        client.send('hello')
      },
    ],
  ]

  it.each(endings)('leaves no timer behind when %s', (_, end) => {
    jest.useFakeTimers()
    try {
      const broker = createSimulator()
      const client = rawClient(broker.connect)
      client.send(appAuth, accountAuth)
      jest.advanceTimersByTime(1_000)
      expect(client.received).toHaveLength(2)
      expect(jest.getTimerCount()).toBeGreaterThan(0)
      end(broker, client)
      jest.advanceTimersByTime(10)
      expect(jest.getTimerCount()).toBe(0)
    } finally {
      jest.useRealTimers()
    }
  })

  it.each<[string, (broker: Simulator) => void]>([
    [
      'close',
      broker => {
        broker.close(1000, 'Bye')
      },
    ],
    [
      'drop',
      broker => {
        broker.drop()
      },
    ],
  ])('by the fault %s serves nothing any more, also not what is still on its way', (_, fault) => {
    inVirtualTime(() => {
      const broker = createSimulator()
      const calls: string[] = []
      const connection = broker.accept({
        send: text => {
          calls.push(text)
        },
        close: (code, reason) => {
          calls.push(`close ${code} ${reason}`)
        },
        cut: () => {
          calls.push('cut')
        },
      })
      fault(broker)
      expect(calls).toHaveLength(1)
      connection.receive(JSON.stringify(version()))
      connection.receive('hello')
      broker.push('pushed')
      broker.close(1000, 'Bye')
      connection.closed()
      expect(calls).toHaveLength(1)
    })
  })
})

describe('latency', () => {
  it('delays both directions and the opening', () => {
    scene(
      ({ at, authenticated, say }) => {
        const client = authenticated()
        say(client, 1_000, version('one'))
        at(2_000, () => {
          expect(client.openedAt).toBe(40)
          expect(client.timed.map(([ms]) => ms)).toEqual([120, 120, 1_080])
          client.leave()
        })
      },
      { latency: 40 },
    )
  })

  it('keeps the order', () => {
    scene(
      ({ at, authenticated, say }) => {
        const client = authenticated()
        say(client, 1_000, version('1'), version('2'))
        say(client, 1_001, version('3'))
        say(client, 1_039, version('4'))
        say(client, 1_040, version('5'))
        say(client, 1_041, version('6'))
        at(2_000, () => {
          expect(
            client
              .frames()
              .slice(2)
              .map(({ clientMsgId }) => clientMsgId),
          ).toEqual(['1', '2', '3', '4', '5', '6'])
          expect(client.timed.slice(2).map(([ms]) => ms)).toEqual([1_080, 1_080, 1_081, 1_119, 1_120, 1_121])
          client.leave()
        })
      },
      { latency: 40 },
    )
  })

  it('delays heartbeats and what is pushed', () => {
    scene(
      ({ at, authenticated, broker }) => {
        const client = authenticated()
        at(1_000, () => {
          broker.push('pushed')
        })
        at(1_039, () => {
          expect(client.received).not.toContain('pushed')
        })
        at(40_000, () => {
          expect(client.timed[2]).toEqual([1_040, 'pushed'])
          expect(client.received).toHaveLength(4)
          client.leave()
        })
      },
      { latency: 40 },
    )
  })

  it('delays the end, and what was sent before it comes before it', () => {
    scene(
      ({ at, authenticated, broker }) => {
        const client = authenticated()
        at(1_000, () => {
          broker.push('last words')
          broker.close(1000, 'Bye')
        })
        at(2_000, () => {
          expect(client.timed.at(-1)).toEqual([1_040, 'last words'])
          expect(client.closed).toEqual({ at: 1_040, ...BYE })
        })
      },
      { latency: 40 },
    )
  })

  it('is absent by default, and yet every move comes after its cause', () => {
    scene(({ at, broker }) => {
      const client = rawClient(broker.connect)
      expect(client.openedAt).toBeUndefined()
      at(1_000, () => {
        client.send(version())
        expect(client.received).toEqual([])
        at(0, () => {
          expect(client.timed).toHaveLength(0)
        })
      })
      at(1_001, () => {
        expect(client.openedAt).toBe(0)
        expect(client.timed.map(([ms]) => ms)).toEqual([1_000])
        client.leave()
      })
    })
  })

  it('does not hold a client that leaves while its line opens', () => {
    scene(
      ({ at, broker }) => {
        const client = rawClient(broker.connect)
        at(20, client.leave)
        at(1_000, () => {
          expect(client.openedAt).toBeUndefined()
        })
      },
      { latency: 40 },
    )
  })
})
