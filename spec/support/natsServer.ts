import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

/** A server with JetStream on a free port of this machine, which can be killed and started again. */
export const startNatsServer = async () => {
  const { NATS_SERVER: program = '' } = process.env
  if (program === '') throw new Error('there is no nats-server: install it, or have it on the PATH')
  const port = await freePort()
  const store = mkdtempSync(join(tmpdir(), 'nats-'))
  const url = `nats://127.0.0.1:${port}`
  const connections: NatsConnection[] = []
  let child: ChildProcess | undefined

  const open = (): Promise<NatsConnection> =>
    connect({
      servers: url,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 50,
      reconnectJitter: 0,
      waitOnFirstConnect: true,
    })
  const start = async (): Promise<void> => {
    const args = ['--addr', '127.0.0.1', '--port', String(port), '--jetstream', '--store_dir', store]
    child = spawn(program, args, { stdio: 'ignore' })
    const first = await open()
    await first.close()
  }
  const kill = async (): Promise<void> => {
    const ended = child && once(child, 'exit')
    child?.kill('SIGKILL')
    await ended
  }
  await start()

  return {
    url,
    /** A connection of its own, as a process has. */
    connect: async (): Promise<NatsConnection> => {
      const connection = await open()
      connections.push(connection)
      return connection
    },
    start,
    kill,
    stop: async (): Promise<void> => {
      // Without a server, a connection does not end.
      if (child?.exitCode !== null || child.signalCode !== null) await start()
      await Promise.all(connections.map(connection => connection.close()))
      await kill()
      rmSync(store, { recursive: true, force: true })
    },
  }
}

export type NatsServer = Awaited<ReturnType<typeof startNatsServer>>
