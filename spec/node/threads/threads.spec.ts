import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { SweepResult } from 'rx-ctrader/backtest'
import { workerThreads } from 'rx-ctrader/node'

jest.setTimeout(60_000)

const linesOf = async (what: string): Promise<readonly string[]> => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    join(__dirname, 'program.ts'),
    what,
  ])
  return stdout.trim().split('\n')
}

describe('a sweep on worker threads', () => {
  it('has the same result as in one thread, byte for byte, with any number of them', async () => {
    const [here, ...threads] = await linesOf('same')
    const { runs, failures, walkForward } = JSON.parse(here ?? '') as SweepResult<object>
    expect([runs.length, failures.length, walkForward?.windows.length]).toEqual([6, 2, 3])
    expect(threads).toEqual([here, here, here])
  })

  it('reads the history once, and no run changes that of another', async () => {
    const [threads, reads, here] = await linesOf('reads')
    expect(reads).toBe('240')
    expect(JSON.parse(threads ?? '')).toMatchObject({ kind: 'result', runs: { length: 6 } })
    expect(threads).toBe(here)
  })

  it('names what keeps a strategy from running', async () => {
    const lines = (await linesOf('errors')).map(line => JSON.parse(line) as string)
    expect(lines.map(line => line.split('\n')[0])).toEqual([
      'strategy errors with all parameters, with {"side":"buy","volume":1000}: too little',
      'export number is not a function of ./strategies.ts',
      'export nothing is not a function of ./strategies.ts',
      'strategy has ended its thread with code 3',
      expect.stringMatching(/^url \.\/missing\.ts cannot be loaded: Cannot find module/),
      expect.stringMatching(/^params cannot be sent to a thread: DataCloneError/),
    ])
  })

  it('ends its threads with the subscription', async () => {
    expect(await linesOf('end')).toEqual(['"unsubscribed"'])
  })
})

describe('the settings of worker threads', () => {
  it.each([
    ['url', './strategies.ts', {}],
    ['url', new URL('https://example.com/strategies.js'), {}],
    ['threads', __filename, { threads: 0 }],
    ['threads', __filename, { threads: 1.5 }],
    ['export', __filename, { export: 1 }],
    ['exports', __filename, { exports: 'bet' }],
  ])('are refused by their name: %s of %p, %p', (option, url, options: object) => {
    expect(() => workerThreads(url, options)).toThrow(
      expect.objectContaining({ reason: 'InvalidOption', option }) as Error,
    )
  })
})
