import type { Log } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { clientOver } from '../../support/clientOver'
import { inVirtualTime } from '../../support/virtualTime'

const OWNER = { accountId: 12345678, accessToken: 'demo' }

type Line = Parameters<Log>

describe('the log of a client', () => {
  it('tells what becomes of the line and the account, and what was odd', () => {
    inVirtualTime(({ watch, at }) => {
      const lines: Line[] = []
      const broker = createSimulator()
      const account = clientOver(broker.connect, { log: (...line) => lines.push(line) }).account(OWNER)
      watch(account.authenticated$, 20_000)
      at(1_000, () => {
        broker.push('{"payloadType":51,"payload":{"novel":1}}')
        broker.push('nonsense')
        broker.close(1000, 'Bye')
      })
      at(30_000, () => {
        expect(lines.map(([level, event]) => `${level} ${event}`)).toEqual([
          'info connection.connecting',
          'info account.connecting',
          'info connection.connected',
          'info account.authenticatingApp',
          'info account.authenticatingAccount',
          'info account.authenticated',
          'warn drift',
          'warn rejected',
          'warn connection.reconnecting',
          'warn account.reconnecting',
          'info connection.connecting',
          'info account.connecting',
          'info connection.connected',
          'info account.authenticatingApp',
          'info account.authenticatingAccount',
          'info account.authenticated',
          'info connection.idle',
        ])
        expect(lines[9]?.[2]).toMatchObject({
          accountId: 12345678,
          attempt: 1,
          cause: { close: { code: 1000 } },
        })
      })
    })
  })

  it('tells what cannot go right as an error, and shows no secret', () => {
    inVirtualTime(({ watch, at }) => {
      const lines: Line[] = []
      const broker = createSimulator()
      const client = clientOver(broker.connect, { log: (...line) => lines.push(line) })
      watch(client.account({ ...OWNER, accessToken: 'S3CRET', refreshToken: 'S3CRET' }).authenticated$, 1_000)
      at(100, () => {
        broker.push('{"payloadType":2150,"payload":{"accessToken":"S3CRET","ctidTraderAccount":7}}')
      })
      at(5_000, () => {
        expect(lines.filter(([level]) => level === 'error').map(([, event]) => event)).toEqual([
          'account.failed',
        ])
        expect(lines.some(([, event]) => event === 'rejected')).toBe(true)
        expect(JSON.stringify(lines)).not.toContain('S3CRET')
      })
    })
  })

  it('tells of what the program has logged out as no error, as a gateway does it at each planned end', () => {
    inVirtualTime(({ watch, at }) => {
      const lines: Line[] = []
      const client = clientOver(createSimulator().connect, { log: (...line) => lines.push(line) })
      watch(client.account(OWNER).authenticated$, 5_000)
      at(1_000, () => {
        client.logout()
      })
      at(2_000, () => {
        const ended = lines.filter(([, event]) => event.endsWith('.failed'))
        expect(ended.map(([level, event]) => `${level} ${event}`).sort()).toEqual([
          'info account.failed',
          'info connection.failed',
        ])
      })
    })
  })

  it('harms nothing when it throws, neither a stream nor the program (G14)', () => {
    inVirtualTime(({ at, watch }) => {
      const log = jest.fn(() => {
        throw new Error('disk full')
      })
      const seen = watch(clientOver(createSimulator().connect, { log }).account(OWNER).authenticated$, 1_000)
      at(900, () => {
        expect(log).toHaveBeenCalled()
        expect(seen.values.at(-1)?.status).toBe('authenticated')
      })
    })
  })
})
