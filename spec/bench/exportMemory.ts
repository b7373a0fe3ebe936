/** How much memory an export takes: that of a year of minutes must not take more than that of two weeks. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { conclude } from './measure'
import type { Row } from './measure'

/** The simulator in a thread of its own, because this one waits for the command. */
const SERVER = `
const { parentPort } = require('node:worker_threads')
const { createSimulator } = require('rx-ctrader/simulator')
const { serveSimulator } = require('rx-ctrader/node')
const broker = createSimulator({ start: Date.UTC(2031, 0, 8, 12), limits: { historical: 1000 } })
serveSimulator(broker, { port: 0 }).subscribe(({ url }) => parentPort.postMessage(url))
`
/** Writes the most memory that the process has had, in MB. */
const PRELOAD = `data:text/javascript,process.on('exit',()=>{console.error('rss',process.resourceUsage().maxRSS/1000)})`

/** With more, Node keeps garbage for longer. */
const HEAP = '--max-old-space-size=64'

const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-bench-'))
const program = resolve('dist/cjs/cli/main.js')

/** The most memory of an export up to 2031, in MB, and its rows. */
const exported = (from: string, file: string): { readonly mb: number; readonly rows: number } => {
  const args = [
    'export',
    'EURUSD',
    'M1',
    '--from',
    from,
    '--to',
    '2031-01-01',
    '-o',
    file,
    '--force',
    '--json',
  ]
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [HEAP, '--import', PRELOAD, program, ...args],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new Error(stderr)
  return {
    mb: Number(/^rss ([\d.]+)$/m.exec(stderr)?.[1]),
    rows: (JSON.parse(stdout) as { readonly rows: number }).rows,
  }
}

const measureAll = async (): Promise<Row[]> => {
  const server = new Worker(SERVER, { eval: true })
  const url = await new Promise<string>(done => server.once('message', done))
  const login = {
    accountId: 12345678,
    clientId: 'demo',
    clientSecret: 'demo',
    accessToken: 'demo',
    refreshToken: 'demo-refresh',
  }
  const content = JSON.stringify({ ...login, environment: 'demo', server: url })
  writeFileSync(join(folder, 'credentials.json'), content, { mode: 0o600 })
  const rows = ['csv', 'csv.gz', 'parquet'].map((form): Row => {
    const short = exported('2030-12-18', `short.${form}`)
    const long = exported('2030-01-01', `long.${form}`)
    if (form === 'csv' && readFileSync(join(folder, 'long.csv'), 'utf8').split('\n').length - 2 !== long.rows)
      throw new Error('the file has not the rows that the command says')
    return {
      name: `${long.rows.toLocaleString('en')} bars to .${form}`,
      figures: { 'two weeks, MB': short.mb, 'a year, MB': long.mb },
      bounded: { value: long.mb - short.mb, atMost: 60 },
    }
  })
  await server.terminate()
  return rows
}

void measureAll().then(rows => {
  rmSync(folder, { recursive: true })
  conclude('the most memory of an export, with a heap of at most 64 MB', 'grown by, MB', rows)
})
