import { createSimulator } from 'rx-ctrader/simulator'
import type { SimulatorOptions } from 'rx-ctrader/simulator'

describe('the options of a simulator', () => {
  it.each([
    ['seeed', { seeed: 4 }],
    ['limits.lives', { limits: { lives: 5 } }],
    ['unknowns.tickSpann', { unknowns: { tickSpann: 1 } }],
    ['applications.0.secret', { applications: [{ clientId: 'a', clientSecret: 'b', secret: 'c' }] }],
    ['accounts.1.leverge', { accounts: [{ accountId: 1 }, { leverge: 30 }] }],
    ['holidays.1.0.date', { holidays: { 1: [{ date: 1 }] } }],
    ['grants.0.scope', { grants: [{ accessToken: 'a', scope: 1 }] }],
  ])('must not be misspelt: %s', (option, options) => {
    expect(() => createSimulator(options as unknown as SimulatorOptions)).toThrow(
      expect.objectContaining({
        reason: 'InvalidOption',
        option,
        detail: expect.stringMatching(/^is an unknown option; expected one of \w/) as string,
      }) as Error,
    )
  })

  it.each([
    ['seed', { seed: 'a' }],
    ['seed', { seed: NaN }],
    ['environment', { environment: 'prod' }],
    ['latency', { latency: -1 }],
    ['latency', { latency: '5' }],
    ['latency', { latency: Infinity }],
    ['accounts.0.balance', { accounts: [{ balance: Infinity }] }],
    ['accounts.1.moneyDigits', { accounts: [{ accountId: 1 }, { moneyDigits: -1 }] }],
    ['accounts.0.moneyDigits', { accounts: [{ moneyDigits: 2.5 }] }],
    ['accounts.0.leverage', { accounts: [{ leverage: 0 }] }],
    ['accounts.0.leverage', { accounts: [{ leverage: Infinity }] }],
    ['accounts.0.marginCallLevels', { accounts: [{ marginCallLevels: [100, NaN, 50] }] }],
    ['accounts.0.marginCallLevels', { accounts: [{ marginCallLevels: 100 }] }],
    ['accounts.0.depositAsset', { accounts: [{ depositAsset: '' }] }],
    ['accounts.0.accountId', { accounts: [{ balance: 5 }] }],
    ['accounts.0.accountId', { accounts: [{ accountId: NaN }] }],
    ['accounts.1.accountId', { accounts: [{ accountId: 7 }, { accountId: 7 }] }],
    ['applications.0.clientId', { applications: [{ clientId: '', clientSecret: 's' }] }],
    ['applications.0.clientSecret', { applications: [{ clientId: 'a' }] }],
    ['applications.0.redirectUris', { applications: [{ redirectUris: [7] }] }],
    ['grants.0.accessToken', { grants: [{ refreshToken: 'r' }] }],
    ['grants.0.accountIds', { grants: [{ accountIds: [0] }] }],
    ['grants.0.expiresAt', { grants: [{ expiresAt: NaN }] }],
    ['tokenLifetime', { tokenLifetime: 0 }],
    ['tokenLifetime', { tokenLifetime: NaN }],
    ['unknowns.listChunk', { unknowns: { listChunk: NaN } }],
    ['unknowns.listChunk', { unknowns: { listChunk: '5' } }],
    ['unknowns.listCut', { unknowns: { listCut: 5 } }],
    ['fills.slippage', { fills: { slippage: Infinity } }],
    ['symbols.0.lotSize', { symbols: [{ name: 'EURUSD', lotSize: 0 }] }],
    ['symbols.0.pipPosition', { symbols: [{ name: 'EURUSD', pipPosition: 1.5 }] }],
    ['symbols.0.volumes.step', { symbols: [{ name: 'EURUSD', volumes: { step: 0 } }] }],
    ['symbols.0.volumes.max', { symbols: [{ name: 'EURUSD', volumes: { min: 2, max: 1 } }] }],
    ['holidays.7777', { holidays: { 7777: [] } }],
    ['holidays.1.0.holidayDate', { holidays: { 1: [{ holidayDate: Date.UTC(2025, 11, 25) }] } }],
    ['holidays.1.0.holidayDate', { holidays: { 1: [{ holidayDate: '2025-12-25' }] } }],
    ['symbols.0.holidays', { symbols: [{ name: 'EURUSD', holidays: '2025-12-25' }] }],
    [
      'symbols.0.holidays.0.scheduleTimeZone',
      { symbols: [{ name: 'EURUSD', holidays: [{ holidayDate: 1, scheduleTimeZone: 'Nowhere' }] }] },
    ],
    ['symbols.0.schedule', { symbols: [{ name: 'EURUSD', schedule: [] }] }],
    [
      'symbols.0.schedule.0.startSecond',
      { symbols: [{ name: 'EURUSD', schedule: [{ startSecond: -1, endSecond: 1 }] }] },
    ],
    [
      'symbols.0.schedule.0.endSecond',
      { symbols: [{ name: 'EURUSD', schedule: [{ startSecond: 1, endSecond: 1 }] }] },
    ],
    [
      'symbols.0.schedule.0.endSecond',
      { symbols: [{ name: 'EURUSD', schedule: [{ startSecond: 1, endSecond: 604_801 }] }] },
    ],
    ['holidays.1', { holidays: { 1: Array(101).fill({ holidayDate: 1 }) } }],
    ['holidays.1.0.scheduleTimeZone', { holidays: { 1: [{ holidayDate: 1, scheduleTimeZone: 'Nowhere' }] } }],
    ['limits.live', { limits: { live: -1 } }],
    ['limits.historical', { limits: { historical: NaN } }],
    ['start', { start: Date.UTC(1999, 11) }],
    ['start', { start: Date.UTC(2100, 0) }],
    ['start', { start: NaN }],
    ['speed', { speed: 0 }],
    ['speed', { speed: Infinity }],
  ])('must be usable: %s of %j', (option, options) => {
    expect(() => createSimulator(options as unknown as SimulatorOptions)).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option }) as Error,
    )
  })

  it('may set any limit, and none', () => {
    for (const limits of [{ live: 0, historical: Infinity }, false] as const)
      expect(() => createSimulator({ limits })).not.toThrow()
  })
})
