import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import type { NatsConnection } from '@nats-io/transport-node'

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/**
 * A connection that comes back whenever a server does, and notices within seconds that one has stopped. `patience` is how
 * long the server may be silent, in ms.
 */
export const openConnection = (servers: readonly string[], patience = 1_000): Promise<NatsConnection> =>
  connect({
    servers: [...servers],
    maxReconnectAttempts: -1,
    reconnectTimeWait: 50,
    reconnectJitter: 0,
    waitOnFirstConnect: true,
    pingInterval: patience,
    maxPingOut: 2,
    // A server that has stopped takes connections, and says nothing.
    timeout: patience,
  })

/** The process of a server, which can be killed and stopped for a while. */
export interface NatsProcess {
  readonly url: string
  readonly start: () => void
  readonly kill: () => Promise<void>
  /** It does nothing until `resume`. Its connections stay. */
  readonly stop: () => void
  readonly resume: () => void
  readonly isRunning: () => boolean
}

const processAt = (port: number, args: readonly string[]): NatsProcess => {
  const { NATS_SERVER: program = '' } = process.env
  if (program === '') throw new Error('there is no nats-server: install it, or have it on the PATH')
  let child: ChildProcess | undefined
  const isRunning = (): boolean => child?.exitCode === null && child.signalCode === null
  return {
    url: `nats://127.0.0.1:${port}`,
    start: () => {
      child = spawn(program, ['--addr', '127.0.0.1', '--port', String(port), '--jetstream', ...args], {
        stdio: 'ignore',
      })
    },
    kill: async () => {
      const ended = child && isRunning() && once(child, 'exit')
      child?.kill('SIGKILL')
      await ended
    },
    stop: () => {
      child?.kill('SIGSTOP')
    },
    resume: () => {
      child?.kill('SIGCONT')
    },
    isRunning,
  }
}

/** What opens connections to some servers, and closes all of them. */
const createConnections = (urls: readonly string[]) => {
  const connections: NatsConnection[] = []
  return {
    /** A connection of its own, as a process has. */
    connect: async (): Promise<NatsConnection> => {
      const connection = await openConnection(urls)
      connections.push(connection)
      return connection
    },
    close: async (): Promise<void> => {
      await Promise.all(connections.map(connection => connection.close()))
    },
  }
}

/** A server with JetStream on a free port of this machine, which can be killed and started again. */
export const startNatsServer = async () => {
  const store = mkdtempSync(join(tmpdir(), 'nats-'))
  const server = processAt(await freePort(), ['--store_dir', store])
  const { url } = server
  const { close, connect: open } = createConnections([url])
  const start = async (): Promise<void> => {
    server.start()
    const first = await openConnection([url])
    await first.close()
  }
  await start()

  return {
    url,
    process: server,
    connect: open,
    start,
    kill: server.kill,
    stop: async (): Promise<void> => {
      // Without a server, a connection does not end.
      if (!server.isRunning()) await start()
      await close()
      await server.kill()
      rmSync(store, { recursive: true, force: true })
    },
  }
}

export type NatsServer = Awaited<ReturnType<typeof startNatsServer>>

const SIZE = 3

/** Three servers on free ports of this machine that keep everything three times. */
export const startNatsCluster = async () => {
  const store = mkdtempSync(join(tmpdir(), 'nats-'))
  const ports = await Promise.all(Array.from({ length: 2 * SIZE }, freePort))
  const routes = ports.slice(SIZE).map(port => `nats://127.0.0.1:${port}`)
  const servers = ports.slice(0, SIZE).map((port, index) => {
    const name = `nats-${index}`
    const cluster = ['--cluster_name', 'spec', '--cluster', routes[index] ?? '', '--routes', routes.join()]
    return processAt(port, ['--name', name, '--store_dir', join(store, name), ...cluster])
  })
  const { close, connect: open } = createConnections(servers.map(({ url }) => url))

  for (const { start } of servers) start()
  const first = await openConnection(servers.map(({ url }) => url))
  // The servers have to choose one of them that leads.
  for (;;) {
    const isReady = await jetstreamManager(first, { timeout: 500 }).then(
      () => true,
      () => false,
    )
    if (isReady) break
    await pause(100)
  }
  await first.close()

  return {
    servers,
    connect: open,
    stop: async (): Promise<void> => {
      for (const { isRunning, resume, start } of servers) {
        resume()
        if (!isRunning()) start()
      }
      await close()
      await Promise.all(servers.map(({ kill }) => kill()))
      rmSync(store, { recursive: true, force: true })
    },
  }
}
