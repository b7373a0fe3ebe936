import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { logIn, openAccount, visit } from '../../node/gateway/served'
import { commandLine } from '../../support/commandLine'
import { gatewayVariables, writeGatewayFolder } from '../../support/gatewayFolder'
import { startCommand } from '../program'

jest.setTimeout(60_000)

const ACCOUNT = 12345678
const buy = {
  payloadType: 2106,
  clientMsgId: 'order',
  payload: { ctidTraderAccountId: ACCOUNT, symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 },
}

describe('the gateway as a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'gives the order that is on its way its answer after %s, and ends with 0',
    async signal => {
      const { broker, close, folder, url: server } = await commandLine()
      await writeGatewayFolder(folder, server)
      const args = ['gateway', '--config', 'gateway.json', '--port', '0']
      const gateway = startCommand(args, { cwd: folder, env: gatewayVariables })
      await gateway.until(text => text.includes('Ctrl-C'))
      const url = /ws:\S+/.exec(gateway.out())?.[0] ?? ''
      const [idle, trading] = [await visit(url), await visit(url)]
      for (const visitor of [idle, trading]) {
        visitor.send(logIn('ann'), openAccount(ACCOUNT))
        await visitor.got(/2103/)
      }
      broker.fault({ kind: 'slow', payloadType: 2106, ms: 1_000 })
      trading.send(buy)
      const journalFile = join(folder, `state/journals/${ACCOUNT}.jsonl`)
      while (!existsSync(journalFile)) await nextTurn()
      gateway.child.kill(signal)
      expect(await idle.closed).toBe(1001)
      expect(trading.webSocket.readyState).toBe(trading.webSocket.OPEN)
      expect(await trading.closed).toBe(1001)
      expect(trading.texts.find(text => text.includes('"clientMsgId":"order"'))).toContain(
        '"payloadType":2126',
      )
      expect(await gateway.exitCode).toBe(0)
      expect(readFileSync(journalFile, 'utf8')).toMatch(/"state":"intended"[^]*"state":"settled"/)
      close()
    },
  )

  it.each([
    ['throws', 'Error in line 2', "\nthrow new Error('SECRET')"],
    ['needs what is not there', 'MODULE_NOT_FOUND', "require('./SECRET.cjs')"],
    ['is no JavaScript', 'SyntaxError', 'const SECRET = = 1'],
  ])('ends with 2 where the module of sessions %s, and shows nothing of it', async (_, text, module) => {
    const { close, folder, url: server } = await commandLine()
    await writeGatewayFolder(folder, server)
    writeFileSync(join(folder, 'sessions.cjs'), module)
    const gateway = startCommand(['gateway', '--config', 'gateway.json'], {
      cwd: folder,
      env: gatewayVariables,
    })
    expect(await gateway.exitCode).toBe(2)
    expect(gateway.err()).toContain(`cannot be loaded: ${text}`)
    expect(gateway.err()).not.toContain('SECRET')
    close()
  })
})
