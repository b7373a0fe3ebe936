import { once } from 'node:events'
import { Subject, firstValueFrom } from 'rxjs'
import type { Gateway } from 'rx-ctrader/gateway'
import type { ServeGatewayOptions } from 'rx-ctrader/node'
import { endAll, served, visit } from '../gateway/served'

type Peer = Parameters<Gateway['accept']>[0]

afterEach(endAll)

/** A client, and the server's side of its line. */
const scene = async (slow: ServeGatewayOptions['slow'] = {}) => {
  const peer$ = new Subject<Peer>()
  const drained$ = new Subject<void>()
  const peer = firstValueFrom(peer$)
  const accept: Gateway['accept'] = given => {
    peer$.next(given)
    return {
      receive: () => undefined,
      pinged: () => undefined,
      closed: () => undefined,
      drained: () => {
        drained$.next()
      },
    }
  }
  const { url } = await served({ slow }, {}, { accept })
  const client = await visit(url)
  return { client, peer: await peer, drained$ }
}

describe('a client of a port', () => {
  it('gets the frames of a turn in their order, short and long, and then the close', async () => {
    const { client, peer } = await scene()
    const texts = ['a', 'b'.repeat(70_000), 'b'.repeat(70_000), 'ä'.repeat(200), 'c']
    for (const text of texts) peer.send(text)
    peer.close(1000, 'Bye')
    expect(await client.closed).toBe(1000)
    expect(client.texts).toEqual(texts)
  })

  it('is under pressure while more than the first mark waits, and this is over when it is sent', async () => {
    const { client, peer, drained$ } = await scene({ conflateAbove: 10 })
    expect(peer.pressure?.()).toBe('none')
    peer.send('1234')
    expect(peer.pressure?.()).toBe('none')
    const drained = firstValueFrom(drained$)
    peer.send('12345')
    expect(peer.pressure?.()).toBe('high')
    await drained
    expect(peer.pressure?.()).toBe('none')
    await client.got(/12345/)
  })

  it('gets nothing after the close', async () => {
    const { client, peer } = await scene()
    peer.close(1001, 'Bye')
    peer.send('late')
    expect(peer.pressure?.()).toBe('none')
    await once(client.webSocket, 'close')
    peer.send('later')
    expect(client.texts).toEqual([])
  })
})
