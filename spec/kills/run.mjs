/**
 * `npm run kills -- [--kills N] [--seed N]` kills a process that trades over a real socket in the middle of it, again
 * and again. The next process finds out from the journal what became of its orders. `npm run kills -- gateway` kills a
 * gateway instead, through which two processes trade. `npm run kills -- nats` kills and stops
 * owners, edges and NATS, with `--cluster` one of three servers. `npm run kills -- natsThousands`
 * kills one of three owners while a trade is copied to 2,000 accounts, or `--followers N`. `npm run kills -- natsContract` kills and stops servers
 * of a cluster of NATS. Ends with 1 where one outcome was not what the ledger shows.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { HOW_TO_GET, findNatsServer } from '../support/findNatsServer.mjs'

const build = name =>
  buildSync({
    entryPoints: [`spec/kills/${name}.ts`],
    bundle: true,
    platform: 'node',
    format: 'iife',
    packages: 'external',
    write: false,
  }).outputFiles[0].text

/** Each has a program that kills, and the programs that it starts. */
const drills = {
  traders: { killer: 'kills', programs: ['trader'] },
  gateway: { killer: 'gatewayKills', programs: ['trader', 'gateway'] },
  nats: { killer: 'natsKills', programs: ['trader', 'owner', 'edge'], needsNats: true },
  natsThousands: { killer: 'natsThousands', programs: ['copier', 'owner', 'edge'], needsNats: true },
  natsContract: { killer: 'natsContract', programs: [], needsNats: true },
}

const [first = '', ...rest] = process.argv.slice(2)
const isNamed = first in drills
const { killer, programs, needsNats = false } = drills[isNamed ? first : 'traders']
process.env['NATS_SERVER'] ??= (needsNats ? findNatsServer() : undefined) ?? ''
if (needsNats && process.env['NATS_SERVER'] === '') {
  console.error(HOW_TO_GET)
  process.exit(1)
}
const directory = mkdtempSync(join(tmpdir(), 'kills-'))
for (const name of programs) writeFileSync(join(directory, `${name}.js`), build(name))
const options = isNamed ? rest : process.argv.slice(2)
const kills = spawn(process.execPath, ['-', '--directory', directory, ...options], {
  stdio: ['pipe', 'inherit', 'inherit'],
})
kills.stdin.end(build(killer))
const [code] = await once(kills, 'exit')
if (code === 0) rmSync(directory, { recursive: true })
else console.error(`the journals and logs are in ${directory}`)
process.exitCode = code ?? 1
