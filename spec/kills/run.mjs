/**
 * `npm run kills -- [--kills N] [--seed N]` kills a process that trades over a real socket in the middle of it, again
 * and again. The next process finds out from the journal what became of its orders. Ends with 1 where one outcome was
 * not what the ledger shows.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'

const build = name =>
  buildSync({
    entryPoints: [`spec/kills/${name}.ts`],
    bundle: true,
    platform: 'node',
    format: 'iife',
    packages: 'external',
    write: false,
  }).outputFiles[0].text

const directory = mkdtempSync(join(tmpdir(), 'kills-'))
writeFileSync(join(directory, 'trader.js'), build('trader'))
const kills = spawn(process.execPath, ['-', '--directory', directory, ...process.argv.slice(2)], {
  stdio: ['pipe', 'inherit', 'inherit'],
})
kills.stdin.end(build('kills'))
const [code] = await once(kills, 'exit')
rmSync(directory, { recursive: true })
process.exitCode = code ?? 1
