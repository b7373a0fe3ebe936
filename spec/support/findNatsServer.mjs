import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/nats-server', import.meta.url))

/** How to get what is left out. */
export const HOW_TO_GET =
  'Install nats-server (Debian: apt-get install nats-server, macOS: brew install nats-server), or set NATS_URL to a server with JetStream.'

const unpacked = join(CACHE, 'usr', 'sbin', 'nats-server')

const onPath = () => {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  const names = process.platform === 'win32' ? ['nats-server.exe'] : ['nats-server']
  return folders.flatMap(folder => names.map(name => join(folder, name))).find(path => existsSync(path))
}

/** Debian's package needs no installation, so that any user can have it. */
const download = () => {
  if (!existsSync('/etc/debian_version')) return undefined
  try {
    mkdirSync(CACHE, { recursive: true })
    const run = (program, ...args) =>
      execFileSync(program, args, { cwd: CACHE, stdio: 'ignore', timeout: 60_000 })
    run('apt-get', 'download', 'nats-server')
    const file = readdirSync(CACHE).find(name => name.endsWith('.deb'))
    if (file !== undefined) run('dpkg-deb', '-x', file, '.')
  } catch {
    return undefined
  }
  return existsSync(unpacked) ? unpacked : undefined
}

/** The path of a program to start, or `undefined`. */
export const findNatsServer = () => onPath() ?? (existsSync(unpacked) ? unpacked : download())
