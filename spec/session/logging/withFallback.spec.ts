import { NEVER, throwError } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { ClientOptions, Drift } from 'rx-ctrader'
import { obliging } from '../../support/scriptedServer'
import { scriptedClient } from '../../support/scriptedClient'
import { inVirtualTime } from '../../support/virtualTime'

const { HEARTBEAT_EVENT } = PayloadType

const fail = (): never => {
  throw new Error('mine')
}
const platform = { wake$: NEVER, isOffline: () => false, isHidden: () => false }

describe('functions of the user', () => {
  it.each<[string, Partial<ClientOptions>, object]>([
    ['random that throws', { random: fail }, { option: 'random', detail: 'has thrown: mine' }],
    ['random that returns no fraction', { random: () => NaN }, { option: 'random' }],
    ['isHidden that throws', { platform: { ...platform, isHidden: fail } }, { option: 'platform.isHidden' }],
    [
      'isOffline that throws',
      { platform: { ...platform, isOffline: fail } },
      { option: 'platform.isOffline' },
    ],
    [
      'wake$ that errors',
      { platform: { ...platform, wake$: throwError(() => new Error('mine')) } },
      { option: 'platform.wake$', detail: 'failed with: mine' },
    ],
  ])('harm nothing, and the log is told once: %s (G14)', (_, options, told) => {
    inVirtualTime(({ at, watch }) => {
      const log = jest.fn()
      const { account, server } = scriptedClient(obliging, { log, ...options })
      const seen = watch(account.authenticated$, 60_000)
      at(1_000, () => {
        server.lines[0]?.say({ payloadType: HEARTBEAT_EVENT })
        server.lines[0]?.end()
      })
      // Before the next line is given up because the server says nothing on it.
      at(30_000, () => {
        expect(seen.values.at(-1)?.status).toBe('authenticated')
        expect(log).toHaveBeenCalledWith('warn', 'option', expect.objectContaining(told))
        expect(log.mock.calls.filter(([, event]) => event === 'option').length).toBeLessThanOrEqual(2)
      })
    })
  })
})

describe('a server that makes up names of fields', () => {
  it('fills no memory: so many are told, each cut (G12)', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, client, server } = scriptedClient(obliging)
      const drifts: Drift[] = []
      client.drift$.subscribe(drift => drifts.push(drift))
      watch(account.accountAuth$, 5_000)
      at(1_000, () => {
        for (let n = 0; n < 3_000; n += 1)
          server.lines[0]?.say({ payloadType: HEARTBEAT_EVENT, payload: { [`${n}${'x'.repeat(1_000)}`]: 1 } })
        expect(drifts).toHaveLength(1_000)
        expect(drifts[0]?.field).toHaveLength(200)
      })
    })
  })
})
