import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator, SimulatorOptions } from 'rx-ctrader/simulator'
import { rawClient } from '../support/rawClient'
import type { RawClient } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'
import type { VirtualTime } from '../support/virtualTime'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_ACCOUNTS_TOKEN_INVALIDATED_EVENT,
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_RES,
  PROTO_OA_ERROR_RES,
  PROTO_OA_REFRESH_TOKEN_REQ,
  PROTO_OA_REFRESH_TOKEN_RES,
  PROTO_OA_VERSION_REQ,
  PROTO_OA_VERSION_RES,
} = PayloadType

const HEARTBEAT = '{"payloadType":51}'
const BYE = { code: 1000, reason: 'Bye', wasClean: true }
const MAX_FRAME_SIZE = 15 * 1024 * 1024

const heartbeat = { payloadType: HEARTBEAT_EVENT }
const version = (clientMsgId = 'version'): object => ({ payloadType: PROTO_OA_VERSION_REQ, clientMsgId })
const appAuth = {
  payloadType: PROTO_OA_APPLICATION_AUTH_REQ,
  payload: { clientId: 'demo', clientSecret: 'demo' },
}
const accountAuth = {
  payloadType: PROTO_OA_ACCOUNT_AUTH_REQ,
  payload: { ctidTraderAccountId: 12345678, accessToken: 'demo' },
}
const refresh = { payloadType: PROTO_OA_REFRESH_TOKEN_REQ, payload: { refreshToken: 'demo-refresh' } }

interface Scene extends VirtualTime {
  readonly broker: Simulator
  /** A line on which application and account are authenticated from the start. */
  readonly authenticated: () => RawClient
  /** Sends these frames at a time from now. */
  readonly say: (client: RawClient, ms: number, ...frames: (string | object)[]) => void
}

/** Plays a scene with a server; when it is over all clients are gone. */
const scene = (play: (scene: Scene) => void, options?: SimulatorOptions): void => {
  inVirtualTime(time => {
    const broker = createSimulator(options)
    play({
      ...time,
      broker,
      authenticated: () => {
        const client = rawClient(broker.connect)
        client.send(appAuth, accountAuth)
        time.at(3_600_000, client.leave)
        return client
      },
      say: (client, ms, ...frames) => {
        time.at(ms, () => {
          client.send(...frames)
        })
      },
    })
  })
}

const heartbeatsOf = (client: RawClient): number[] =>
  client.timed.flatMap(([ms, text]) => (text === HEARTBEAT ? [ms] : []))

describe('the server heartbeat', () => {
  it('comes 30 s after the last frame out and every 30 s from then, whatever the client beats', () => {
    scene(({ at, authenticated, say }) => {
      const client = authenticated()
      for (let ms = 7_000; ms < 125_000; ms += 7_000) say(client, ms, heartbeat)
      at(125_000, () => {
        expect(client.timed).toEqual([
          [0, '{"payloadType":2101}'],
          [0, '{"payloadType":2103,"payload":{"ctidTraderAccountId":12345678}}'],
          [30_000, HEARTBEAT],
          [60_000, HEARTBEAT],
          [90_000, HEARTBEAT],
          [120_000, HEARTBEAT],
        ])
        client.leave()
      })
    })
  })

  it('is not there at 29.999 s', () => {
    scene(({ at, authenticated }) => {
      const client = authenticated()
      at(29_999, () => {
        expect(heartbeatsOf(client)).toEqual([])
      })
      at(30_000, () => {
        expect(heartbeatsOf(client)).toEqual([])
        at(0, () => {
          expect(heartbeatsOf(client)).toEqual([30_000])
          client.leave()
        })
      })
    })
  })

  it.each<[string, (scene: Scene, client: RawClient) => void]>([
    [
      'an answer',
      ({ say }, client) => {
        say(client, 12_345, version())
      },
    ],
    [
      'a refusal',
      ({ say }, client) => {
        say(client, 12_345, appAuth)
      },
    ],
    [
      'an event',
      ({ say, broker, at }) => {
        const other = rawClient(broker.connect)
        say(other, 12_345, refresh)
        at(12_346, other.leave)
      },
    ],
    [
      'a pushed text',
      ({ broker, at }) => {
        at(12_345, () => {
          broker.push('{"payloadType":2148,"payload":{}}')
        })
      },
    ],
  ])('is put off by %s', (_, happen) => {
    scene(stage => {
      const client = stage.authenticated()
      happen(stage, client)
      stage.at(50_000, () => {
        expect(client.timed.some(([ms]) => ms === 12_345)).toBe(true)
        expect(heartbeatsOf(client)).toEqual([42_345])
        client.leave()
      })
    })
  })

  it('is put off again and again by a server that talks', () => {
    scene(({ at, authenticated, say }) => {
      const client = authenticated()
      for (let ms = 29_000; ms <= 116_000; ms += 29_000) say(client, ms, version())
      at(147_000, () => {
        expect(heartbeatsOf(client)).toEqual([146_000])
        client.leave()
      })
    })
  })

  it('counts by line', () => {
    scene(({ at, authenticated, say }) => {
      const [busy, quiet] = [authenticated(), authenticated()]
      say(busy, 10_000, version())
      at(45_000, () => {
        expect(heartbeatsOf(busy)).toEqual([40_000])
        expect(heartbeatsOf(quiet)).toEqual([30_000])
        busy.leave()
        quiet.leave()
      })
    })
  })
})

describe('an idle client', () => {
  it('is closed with 1000 "Bye" 60 s after its last frame', () => {
    scene(({ at, authenticated, say }) => {
      const client = authenticated()
      say(client, 5_000, version())
      at(64_999, () => {
        expect(client.closed).toBeUndefined()
      })
      at(200_000, () => {
        expect(client.closed).toEqual({ at: 65_000, ...BYE })
        expect(heartbeatsOf(client)).toContain(35_000)
      })
    })
  })

  it.each([
    ['a heartbeat', heartbeat],
    ['a request', version()],
    ['a refused request', appAuth],
    ['a request of an unknown type', { payloadType: 9999 }],
  ])('has 60 s more after %s', (_, frame) => {
    scene(({ at, authenticated, say }) => {
      const client = authenticated()
      say(client, 59_999, frame)
      at(200_000, () => {
        expect(client.closed).toEqual({ at: 119_999, ...BYE })
      })
    })
  })

  it('is kept by a heartbeat now and then', () => {
    scene(({ at, authenticated, say }) => {
      const client = authenticated()
      for (let ms = 59_000; ms < 600_000; ms += 59_000) say(client, ms, heartbeat)
      at(600_000, () => {
        expect(client.closed).toBeUndefined()
        client.leave()
      })
    })
  })

  it('gains no time by what the server sends', () => {
    scene(({ at, authenticated, broker, say }) => {
      const client = authenticated()
      const other = rawClient(broker.connect)
      say(other, 20_000, refresh)
      at(20_001, other.leave)
      for (const ms of [40_000, 59_000])
        at(ms, () => {
          broker.push('{"payloadType":2148}')
        })
      at(200_000, () => {
        const heard = client.timed.map(([ms]) => ms)
        expect(heard).toEqual(expect.arrayContaining([20_000, 40_000, 59_000]))
        expect(client.closed).toEqual({ at: 60_000, ...BYE })
      })
    })
  })

  it('has 60 s too when only its application is authenticated', () => {
    scene(({ at, broker }) => {
      const client = rawClient(broker.connect)
      client.send(appAuth, { ...accountAuth, payload: { ...accountAuth.payload, accessToken: 'wrong' } })
      at(200_000, () => {
        expect(client.frames()[1]).toMatchObject({ payloadType: PROTO_OA_ERROR_RES })
        expect(client.closed).toEqual({ at: 60_000, ...BYE })
      })
    })
  })

  it('takes nobody with it', () => {
    scene(({ at, authenticated, say }) => {
      const [idle, busy] = [authenticated(), authenticated()]
      say(busy, 30_000, heartbeat)
      at(200_000, () => {
        expect(idle.closed).toEqual({ at: 60_000, ...BYE })
        expect(busy.closed).toEqual({ at: 90_000, ...BYE })
      })
    })
  })

  it('begins anew on its next line', () => {
    scene(({ at, broker, authenticated }) => {
      authenticated()
      at(60_001, () => {
        const client = rawClient(broker.connect)
        client.send(accountAuth)
        at(1, () => {
          expect(client.frames()).toMatchObject([{ payload: { errorCode: 'CH_CLIENT_NOT_AUTHENTICATED' } }])
          client.leave()
        })
      })
    })
  })
})

describe('a client that does not authenticate', () => {
  it.each([
    ['says nothing', []],
    ['sends heartbeats', [heartbeat]],
    ['asks for the version', [version()]],
    [
      'is refused',
      [{ payloadType: PROTO_OA_APPLICATION_AUTH_REQ, payload: { clientId: 'demo', clientSecret: 'wrong' } }],
    ],
    ['begins with its account', [accountAuth]],
  ])('is closed 30 s after the line opened if it %s', (_, frames) => {
    scene(({ at, broker, say }) => {
      const client = rawClient(broker.connect)
      for (const ms of [0, 10_000, 25_000]) say(client, ms, ...frames)
      at(29_999, () => {
        expect(client.closed).toBeUndefined()
      })
      at(200_000, () => {
        expect(client.closed).toEqual({ at: 30_000, ...BYE })
        expect(client.received).not.toContain(HEARTBEAT)
      })
    })
  })

  it('has until then to do so', () => {
    scene(({ at, broker, say }) => {
      const client = rawClient(broker.connect)
      say(client, 29_999, appAuth)
      at(200_000, () => {
        expect(client.closed).toEqual({ at: 89_999, ...BYE })
      })
    })
  })
})

describe('a malformed frame', () => {
  it.each([
    ['hello', '1:6'],
    ['', '1:1'],
    ['{"payloadType":2104', '1:20'],
    ['{\n"payloadType":', '2:15'],
  ])('%j is answered with how far the server read, then the line is closed', (text, position) => {
    scene(({ at, authenticated, say }) => {
      const client = authenticated()
      say(client, 1_000, text, version())
      at(100_000, () => {
        expect(client.timed.slice(2)).toEqual([
          [
            1_000,
            '{"payloadType":2142,"payload":{"errorCode":"INVALID_REQUEST",' +
              `"description":"Malformed JSON message at ${position}"}}`,
          ],
        ])
        expect(client.closed).toEqual({ at: 1_000, ...BYE })
      })
    })
  })

  it('ends a line before any authentication too', () => {
    scene(({ at, broker }) => {
      const client = rawClient(broker.connect)
      client.send('hello')
      at(1_000, () => {
        expect(client.received).toHaveLength(1)
        expect(client.closed).toEqual({ at: 0, ...BYE })
      })
    })
  })

  it('ends no other line', () => {
    scene(({ at, authenticated, say }) => {
      const [bad, good] = [authenticated(), authenticated()]
      say(bad, 1_000, 'hello')
      say(good, 2_000, version())
      at(3_000, () => {
        expect(bad.closed).toMatchObject({ at: 1_000 })
        expect(good.frames().at(-1)).toMatchObject({ payloadType: PROTO_OA_VERSION_RES })
        expect(good.closed).toBeUndefined()
        good.leave()
      })
    })
  })
})

describe('the size of a frame', () => {
  const versionOfSize = (size: number): string => {
    const text = JSON.stringify(version())
    return text + ' '.repeat(size - text.length)
  }

  it('may be 15 MB', () => {
    scene(({ at, authenticated, say }) => {
      const client = authenticated()
      say(client, 1_000, versionOfSize(MAX_FRAME_SIZE))
      at(2_000, () => {
        expect(client.frames().at(-1)).toMatchObject({ payloadType: PROTO_OA_VERSION_RES })
        expect(client.closed).toBeUndefined()
        client.leave()
      })
    })
  })

  it('may not be more: the line is closed with 1009 and the frame not served', () => {
    scene(({ at, authenticated, say }) => {
      const client = authenticated()
      say(client, 1_000, versionOfSize(MAX_FRAME_SIZE + 1))
      at(2_000, () => {
        expect(client.received).toHaveLength(2)
        expect(client.closed).toMatchObject({ at: 1_000, code: 1009 })
      })
    })
  })
})

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
  ])('by the fault %s serves nothing any more, whatever is still on its way', (_, fault) => {
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

  it('is none by default, and yet every move comes after its cause', () => {
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
