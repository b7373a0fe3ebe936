import type { NatsConnection } from '@nats-io/nats-core'
import { warnOfOldServer } from '../../src/nats/connection/serverVersion'

const server = (version: string) => ({ info: { version } as NonNullable<NatsConnection['info']> })

describe('the version of a NATS server', () => {
  it.each([
    ['2.9.10', 1],
    ['2.10.22', 1],
    ['2.10.22-RC.1', 1],
    ['1.99.99', 1],
    ['2.10.23', 0],
    ['2.12.1', 0],
    ['2.12.0-preview.2', 0],
    ['3.0.0', 0],
    ['of my own', 0],
    ['', 0],
  ])('%s is warned of %d times, however often it is used', (version, times) => {
    const log = jest.fn()
    const connection = server(version)
    warnOfOldServer(connection, log)
    warnOfOldServer(connection, log)
    expect(log.mock.calls.map(([level, event]) => [level, event] as unknown)).toEqual(
      Array.from({ length: times }, () => ['warn', 'nats.version']),
    )
  })

  it('is not warned of before it is known', () => {
    const log = jest.fn()
    warnOfOldServer({}, log)
    expect(log).not.toHaveBeenCalled()
  })
})
