import { PayloadType } from 'rx-ctrader'
import { rawClient } from '../support/rawClient'
import type { RawClient } from '../support/rawClient'
import {
  HEARTBEAT,
  BYE,
  MAX_FRAME_SIZE,
  heartbeat,
  version,
  appAuth,
  accountAuth,
  refresh,
  scene,
  heartbeatsOf,
} from './disciplineScene'
import type { Scene } from './disciplineScene'

const { PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ERROR_RES, PROTO_OA_VERSION_RES } = PayloadType

describe('the server heartbeat', () => {
  it('comes 30 s after the last frame out and every 30 s from then, with any heartbeats of the client', () => {
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

  it('leaves all other lines open', () => {
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
