import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { createClient } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { networkChecks } from '../../../src/cli/access/checks'
import { quoteChecks } from '../../../src/cli/access/quoteChecks'

jest.setTimeout(30_000)

const SECOND = 1_000
/** How long a network that does not answer is waited for. */
const LONGEST = 300

describe('a network that does not answer', () => {
  it('is given up after a while, and a firewall is named where the port is elsewhere', async () => {
    // No machine has an address of 192.0.2.0. Without a route to it, an error comes at once.
    const [name, port, ...more] = await networkChecks(new URL('wss://192.0.2.1:5036'), LONGEST)
    expect([name?.isFine, port?.isFine, more]).toEqual([true, false, []])
    expect(port).toMatchObject({
      name: 'port',
      detail: expect.stringMatching(/^5036 is not reached \((no answer|E[A-Z]+)\)$/) as string,
      advice: 'A firewall or a proxy may block it: the port must be open to the outside.',
    })
  })

  it('is given up after a while where a port is open, and nothing is said on it', async () => {
    const silent = createServer(socket => socket.on('error', () => undefined)).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const checks = await networkChecks(new URL(`wss://127.0.0.1:${port}`), LONGEST)
    silent.close()
    expect(checks.map(({ name, isFine }) => [name, isFine])).toEqual([
      ['name', true],
      ['port', true],
      ['TLS', false],
    ])
    expect(checks[2]?.detail).toBe('no secure connection (no answer)')
  })
})

describe('the clock of this machine', () => {
  /** A server whose clock shows another time, with a market that is always open and moves twenty times a second. */
  const clockAt = async (ahead: number) => {
    const schedule = [{ startSecond: 0, endSecond: 604_800 }]
    const start = Date.now() + ahead
    const ticks = Array.from({ length: 600 }, (_, n) => {
      const bid = 1.1 + (n % 2) / 1_000
      return { timestamp: start + 50 * (n - 20), bid, ask: bid + 0.0001 }
    })
    const broker = createSimulator({
      start,
      symbols: [{ name: 'EURUSD', schedule }],
      history: [{ symbol: 'EURUSD', ticks }],
    })
    const client = createClient({
      connect: broker.connect,
      clientId: 'demo',
      clientSecret: 'demo',
      linger: 0,
    })
    const account = client.account({ accountId: 12345678, accessToken: 'demo' })
    const held = account.authenticated$.subscribe()
    const checks = await quoteChecks(account, false)
    held.unsubscribe()
    return checks.find(({ name }) => name === 'clock')
  }

  it('agrees with that of the server if it is less than a minute off', async () => {
    expect(await clockAt(0)).toEqual({ name: 'clock', isFine: true, detail: 'agrees with the server' })
    expect(await clockAt(45 * SECOND)).toMatchObject({ isFine: true })
  })

  it.each([
    [300, '-'],
    [-300, ''],
  ])('is wrong if the server is %d s ahead of it', async (ahead, sign) => {
    const check = await clockAt(ahead * SECOND)
    expect(check).toMatchObject({ isFine: false, advice: 'Set the clock of this machine.' })
    expect(check?.detail).toMatch(new RegExp(`^${sign}(299|30\\d|31\\d) s from the server's$`))
  })
})
