import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PayloadType, webSocketConnect } from 'rx-ctrader'
import { readCredentials } from 'rx-ctrader/node'
import { commandLine } from '../support/commandLine'
import type { CommandLine } from '../support/commandLine'
import { rawClient } from '../support/rawClient'
import { startCommand, startInTerminal } from './program'

jest.setTimeout(60_000)

const CTRL_C = '\u0003'

let line: CommandLine
beforeAll(async () => {
  line = await commandLine()
})
afterAll(() => {
  line.close()
})

const here = () => ({ cwd: line.folder })

describe('the command as a process', () => {
  it('explains itself with 0, and what is wrong with 2', async () => {
    const [asked, mistaken] = [startCommand(['--help']), startCommand(['quots'])]
    expect(await Promise.all([asked.exitCode, mistaken.exitCode])).toEqual([0, 2])
    expect(asked.out()).toMatch(/^Usage: rx-ctrader/)
    expect(mistaken.err()).toContain('Did you mean quotes?')
  })

  it('finds the credentials in its folder, and ends by itself', async () => {
    const one = startCommand(['symbols', 'eurusd'], here())
    expect(await one.exitCode).toBe(0)
    expect(one.out()).toContain('Euro vs US Dollar')
  })

  it('ends well when the reader of its output has left', async () => {
    const one = startCommand(['quotes', 'BTCUSD', 'EURUSD'], here())
    await one.until(text => text.includes('USD'))
    one.child.stdout.destroy()
    expect(await one.exitCode).toBe(0)
    expect(one.err()).toBe('')
  })

  it('ends a stream with 0 when it is interrupted, also twice', async () => {
    const one = startCommand(['quotes', 'EURUSD'], here())
    await one.until(text => text.includes('EURUSD'))
    one.child.kill('SIGINT')
    one.child.kill('SIGINT')
    expect(await one.exitCode).toBe(0)
  })
})

describe('the completion', () => {
  it('completes commands and options in bash', async () => {
    const written = startCommand(['completion', 'bash'])
    expect(await written.exitCode).toBe(0)
    const complete = (...words: readonly string[]): string[] => {
      const line = words.map(word => `'${word}'`).join(' ')
      const script = `${written.out()}\nCOMP_WORDS=(rx-ctrader ${line}); COMP_CWORD=${words.length}; _rx_ctrader; echo "\${COMPREPLY[@]}"`
      return execFileSync('bash', ['-c', script]).toString().trim().split(' ')
    }
    expect(complete('quo')).toEqual(['quotes'])
    expect(complete('export', '--fo')).toEqual(['--force'])
  })

  it.each([
    ['zsh', /#compdef rx-ctrader[^]*quotes:show live quotes/],
    ['fish', /complete -c rx-ctrader -n __fish_use_subcommand -a quotes/],
  ])('is there for %s', async (shell, words) => {
    const written = startCommand(['completion', shell])
    expect(await written.exitCode).toBe(0)
    expect(written.out()).toMatch(words)
  })

  it('names the shells that it knows', async () => {
    const written = startCommand(['completion', 'csh'])
    expect(await written.exitCode).toBe(2)
    expect(written.err()).toContain('bash, zsh, fish')
  })
})

describe('the command in a terminal', () => {
  it('draws in place, and leaves cursor, wrapping and a clean line on Ctrl-C', async () => {
    const one = startInTerminal(['quotes', 'EURUSD', 'XAUUSD'], here())
    await one.until(text => /EURUSD +\d\.\d{5}[^]*XAUUSD +\d/.test(text))
    one.child.stdin.write(CTRL_C)
    expect(await one.exitCode).toBe(0)
    expect(one.out()).toContain('\u001b[2m')
    expect(one.out().endsWith('\r\u001b[J\u001b[?7h\u001b[?25h')).toBe(true)
  })
})

describe('rx-ctrader simulate as a process', () => {
  it('says its URL and credentials that work, and ends with 0 on Ctrl-C', async () => {
    const simulator = startCommand(['simulate', '--port', '0', '--seed', '42'])
    await simulator.until(text => text.includes('Ctrl-C'))
    const url = /ws:\/\/\S+/.exec(simulator.out())?.[0] ?? ''
    const path = join(line.folder, 'simulator.json')
    writeFileSync(path, /\{[^}]*\}/.exec(simulator.out())?.[0] ?? '', { mode: 0o600 })
    const { clientId, clientSecret, accountId, accessToken, server } = readCredentials(path) ?? {}
    expect(server).toBe(url)
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
    expect(await simulator.exitCode).toBe(0)
    await client.until(() => client.closed !== undefined)
    expect(client.closed).toMatchObject({ code: 1001, wasClean: true })
  })
})
