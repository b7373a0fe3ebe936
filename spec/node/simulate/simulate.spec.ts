import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PayloadType, webSocketConnect } from 'rx-ctrader'
import { readCredentials } from 'rx-ctrader/node'
import { readCommand } from '../../../src/node/simulate/simulate'
import { rawClient } from '../../support/rawClient'

jest.setTimeout(60_000)

const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-'))
const started: ChildProcess[] = []
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'close')
  }
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

interface Run {
  readonly child: ChildProcess
  readonly out: () => string
  readonly err: () => string
  readonly ended: Promise<unknown>
}

const run = (...args: readonly string[]): Run => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/node/cli.ts', ...args])
  started.push(child)
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const ended = once(child, 'close').then(([code]: unknown[]) => code)
  return { child, out: () => out, err: () => err, ended }
}

/** Until it says how to end it. */
const listening = async (simulator: Run): Promise<string> => {
  while (!simulator.out().includes('Ctrl-C')) {
    if (simulator.child.exitCode !== null) throw new Error(simulator.err())
    await once(simulator.child.stdout ?? simulator.child, 'data')
  }
  return /ws:\/\/\S+/.exec(simulator.out())?.[0] ?? ''
}

describe('the command line', () => {
  const defaults = { port: 5036, host: '127.0.0.1', seed: 1, speed: 1, control: true }

  it.each<[string[], object]>([
    [['simulate'], defaults],
    [
      ['simulate', '--port', '0', '--seed', '42', '--speed', '10'],
      { ...defaults, port: 0, seed: 42, speed: 10 },
    ],
    [['simulate', '--speed=0.5'], { ...defaults, speed: 0.5 }],
    [['simulate', '--start', '2031-01-08T12:00Z'], { ...defaults, start: Date.UTC(2031, 0, 8, 12) }],
    [['simulate', '--host', '::1'], { ...defaults, host: '::1' }],
    [['simulate', '--host', '0.0.0.0'], { ...defaults, host: '0.0.0.0', control: false }],
    [['simulate', '--host', '0.0.0.0', '--control'], { ...defaults, host: '0.0.0.0', control: true }],
    [['simulate', '--no-control'], { ...defaults, control: false }],
    [
      ['simulate', '--allow-origin', 'https://a.example', '--allow-origin=https://b.example'],
      { ...defaults, allowOrigins: ['https://a.example', 'https://b.example'] },
    ],
    [['simulate', '--allow-host', 'simulator'], { ...defaults, allowHosts: ['simulator'] }],
  ])('%j is understood', (args, options) => {
    expect(readCommand(args)).toEqual({ kind: 'simulate', options })
  })

  it.each<[string[], string]>([
    [[], 'command'],
    [['simulat'], 'simulat'],
    [['simulate', 'more'], 'more'],
    [['simulate', '--prot', '1'], '--prot'],
    [['simulate', '--port'], '--port'],
    [['simulate', '--port', '65536'], '--port'],
    [['simulate', '--port', '-1'], '--port'],
    [['simulate', '--port', 'x'], '--port'],
    [['simulate', '--seed', '1.5'], '--seed'],
    [['simulate', '--speed', '0'], '--speed'],
    [['simulate', '--speed', 'fast'], '--speed'],
    [['simulate', '--speed', ''], '--speed'],
    [['simulate', '--start', 'noon'], '--start'],
    [['simulate', '--host', ''], '--host'],
  ])('%j is a mistake, and which is said', (args, named) => {
    expect(readCommand(args)).toEqual({ kind: 'mistake', detail: expect.stringContaining(named) as unknown })
  })

  it.each([[['--help']], [['simulate', '-h']]])('%j asks for help', args => {
    expect(readCommand(args)).toEqual({ kind: 'help' })
  })
})

describe('rx-ctrader simulate', () => {
  it('says its URL and credentials that work, and ends with 0 on Ctrl-C', async () => {
    const simulator = run('simulate', '--port', '0', '--seed', '42')
    const url = await listening(simulator)
    const path = join(folder, 'credentials.json')
    writeFileSync(path, /\{[^}]*\}/.exec(simulator.out())?.[0] ?? '', { mode: 0o600 })
    const { clientId, clientSecret, accountId, accessToken } = readCredentials(path) ?? {}
    const client = rawClient(webSocketConnect(url))
    client.send(
      { payloadType: PayloadType.PROTO_OA_APPLICATION_AUTH_REQ, payload: { clientId, clientSecret } },
      {
        payloadType: PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ,
        payload: { ctidTraderAccountId: accountId, accessToken },
      },
    )
    await client.until(() => client.received.length === 2 || client.closed !== undefined)
    expect(client.frames().map(({ payloadType }) => payloadType)).toEqual([2101, 2103])
    simulator.child.kill('SIGINT')
    simulator.child.kill('SIGINT')
    expect(await simulator.ended).toBe(0)
    await client.until(() => client.closed !== undefined)
    expect(client.closed).toMatchObject({ code: 1001, wasClean: true })
  })

  it.each([
    ['0.0.0.0', true],
    ['127.0.0.1', false],
  ])('warns that everybody can trade there: on %s %p (G16)', async (host, warns) => {
    const simulator = run('simulate', '--port', '0', '--host', host)
    await listening(simulator)
    expect(/^Warning: .* is open to the network\..* demo\/demo/m.test(simulator.out())).toBe(warns)
  })

  it('says that a port is in use, and ends with 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const simulator = run('simulate', '--port', String(port))
    expect(await simulator.ended).toBe(1)
    expect(simulator.err()).toBe(
      `Port ${port} of 127.0.0.1 is in use: try another --port, or --port 0 for a free one.\n`,
    )
    taken.close()
  })

  it('says how it is used: to a mistake with 2, when asked with 0', async () => {
    const [mistaken, asked] = [run('simulate', '--prot', '1'), run('--help')]
    expect(await Promise.all([mistaken.ended, asked.ended])).toEqual([2, 0])
    expect(mistaken.err()).toContain('--prot')
    expect(mistaken.err()).toContain(asked.out().trim())
    expect(asked.out()).toMatch(/^Usage: rx-ctrader simulate/)
  })
})
