/**
 * `npm run smoke`: the packed package as its users load it, in projects that have what it declares and nothing else.
 * `npm run smoke -- types` makes the checks whose names begin so.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { angular } from './checks/angular.mjs'
import { command } from './checks/command.mjs'
import { jest } from './checks/jest.mjs'
import { linters } from './checks/linters.mjs'
import { node } from './checks/node.mjs'
import { nats } from './checks/nats.mjs'
import { opentelemetry } from './checks/opentelemetry.mjs'
import { servers } from './checks/servers.mjs'
import { types } from './checks/types.mjs'
import { vite } from './checks/vite.mjs'
import { createConsumer, install, pack } from './consumer.mjs'
import { installOthers } from './others.mjs'

const asked = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-consumer-'))

try {
  await installOthers([20, 22, 24])
  const tarball = await pack(folder)
  await install(tarball, folder)
  const consumer = (name, options) => createConsumer(tarball, join(folder, name), options)
  for (const check of [linters, node, command, types, vite, servers, jest, angular, nats, opentelemetry]) {
    if (asked.length > 0 && !asked.some(start => check.name.startsWith(start))) continue
    await check({ tarball, consumer, installed: join(folder, 'node_modules', 'rx-ctrader') })
  }
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
