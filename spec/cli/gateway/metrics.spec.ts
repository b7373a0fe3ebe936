import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInProcess } from '../../support/commandLine'
import type { CommandRun } from '../../support/commandLine'
import { gatewayVariables, writeGatewayFolder } from '../../support/gatewayFolder'

// The first one loads big packages.
jest.setTimeout(60_000)

let folder = ''
const runs: CommandRun[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-'))
})
afterEach(async () => {
  for (const run of runs.splice(0)) {
    run.stop()
    await run.exitCode
  }
  rmSync(folder, { recursive: true })
})

const start = async (metrics: object): Promise<CommandRun> => {
  await writeGatewayFolder(folder, 'ws://127.0.0.1:1', { metrics })
  const run = runInProcess(['gateway', '--config', 'gateway.json', '--port', '0', '--json'], {
    folder,
    env: gatewayVariables,
  })
  runs.push(run)
  await Promise.race([run.until(text => text.endsWith('\n')), run.exitCode])
  return run
}

/** The status of a page, asked for under another name of the machine. */
const statusFor = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { host } }, response => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })

describe('the metrics of the command', () => {
  it('are served for Prometheus at a port of their own, on this machine alone', async () => {
    const run = await start({ port: 0 })
    const [{ health, metrics }] = run.json() as [{ readonly health: string; readonly metrics: string }]
    expect(metrics).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/)
    expect(await (await fetch(metrics)).text()).toContain('ctrader_gateway_connections{')
    expect((await fetch(new URL('/', metrics))).status).toBe(404)
    expect((await fetch(metrics, { method: 'POST' })).status).toBe(404)
    expect((await fetch(new URL('/metrics', health))).status).toBe(404)
    expect(await statusFor(metrics, 'localhost:1')).toBe(200)
    expect(await statusFor(metrics, 'evil.example')).toBe(403)
  })

  it('are served to others where the file says so', async () => {
    const run = await start({ port: 0, host: '0.0.0.0' })
    const [{ metrics }] = run.json() as [{ readonly metrics: string }]
    expect(await statusFor(metrics.replace('0.0.0.0', '127.0.0.1'), 'gateway.internal')).toBe(200)
  })

  it.each<[string, object]>([
    ['metrics.port in gateway.json is missing', {}],
    ['metrics.port in gateway.json must be a whole number', { port: 1.5 }],
    ['metrics.port in gateway.json must be a number', { port: '9464' }],
    ['metrics.host in gateway.json must be a text', { port: 0, host: 1 }],
    ['metrics.path in gateway.json is unknown', { port: 0, path: '/' }],
  ])('say: %s', async (text, metrics) => {
    const run = await start(metrics)
    expect([await run.exitCode, run.err()]).toEqual([2, expect.stringContaining(text)])
  })

  it('say that their port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const run = await start({ port: (other.address() as AddressInfo).port })
    other.close()
    expect([await run.exitCode, run.err()]).toEqual([1, expect.stringContaining('is in use')])
  })

  it('say which packages are missing', async () => {
    jest.doMock('@opentelemetry/exporter-prometheus', () => {
      throw new Error('Cannot find module')
    })
    const run = await start({ port: 0 })
    jest.dontMock('@opentelemetry/exporter-prometheus')
    expect(await run.exitCode).toBe(2)
    expect(run.err()).toContain('npm install @opentelemetry/api @opentelemetry/sdk-metrics')
  })

  it('need only packages that are named as optional peers', () => {
    const { peerDependencies, peerDependenciesMeta } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      readonly peerDependencies: object
      readonly peerDependenciesMeta: object
    }
    for (const name of ['@opentelemetry/sdk-metrics', '@opentelemetry/exporter-prometheus']) {
      expect(peerDependencies).toHaveProperty([name])
      expect(peerDependenciesMeta).toHaveProperty([name], { optional: true })
    }
  })
})
