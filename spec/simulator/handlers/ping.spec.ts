import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Peer } from '../../../src/transport/peer'
import { inVirtualTime } from '../../support/virtualTime'

const { PROTO_OA_APPLICATION_AUTH_REQ } = PayloadType

const appAuth = JSON.stringify({
  payloadType: PROTO_OA_APPLICATION_AUTH_REQ,
  payload: { clientId: 'demo', clientSecret: 'demo' },
})

interface Pinged {
  readonly sent: string[]
  readonly closed: [code: number, reason: string][]
}

/** A client that says what is given, and then pings every 20 s and sends nothing, for so many ms. */
const pinging = (said: readonly string[], until: number): Pinged => {
  const pinged: Pinged = { sent: [], closed: [] }
  inVirtualTime(({ at }) => {
    const peer: Peer = {
      send: text => {
        pinged.sent.push(text)
      },
      close: (code, reason) => {
        pinged.closed.push([code, reason])
      },
      cut: () => undefined,
    }
    const line = createSimulator().accept(peer)
    said.forEach(line.receive)
    for (let ms = 20_000; ms < until; ms += 20_000) at(ms, line.pinged)
    at(until, line.closed)
  })
  return pinged
}

describe('a client that pings', () => {
  it('is not idle, though it sends no frames', () => {
    const { sent, closed } = pinging([appAuth], 200_000)
    expect(closed).toEqual([])
    // No answers to the pings: only the server's own beats.
    expect(sent.slice(1)).toEqual(Array(6).fill('{"payloadType":51}'))
  })

  it('has to say who it is in time all the same', () => {
    expect(pinging([], 200_000).closed).toEqual([[1000, 'Bye']])
  })
})
