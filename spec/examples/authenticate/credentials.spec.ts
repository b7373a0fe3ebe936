import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { PayloadType } from 'rx-ctrader'
import { beginning, endProgramsAfterEach, fileOf, folder, ready, start } from './program'
import { brokerOf, closeServersAfterEach, credentials, serve } from './server'

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ,
  PROTO_OA_REFRESH_TOKEN_REQ,
} = PayloadType

endProgramsAfterEach()
closeServersAfterEach()

describe('the example with credentials', () => {
  it('authenticates at the server, once, and leaves it cleanly when interrupted', async () => {
    const server = await serve(brokerOf())
    const program = start('--server', server.url, '--credentials', fileOf(credentials))
    await program.says(ready)
    const host = new URL(server.url).host
    expect(program.lines.slice(0, 7)).toEqual([
      `the server ${host}, credentials of ${join(folder, 'credentials.json')}`,
      ...beginning,
      ready,
    ])
    expect(server.asked).toEqual([[PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ]])
    const interrupted = Date.now()
    program.interrupt()
    expect(await program.exit).toEqual({ code: 0, signal: null })
    expect(Date.now() - interrupted).toBeLessThan(1500)
    await server.ended(1)
    expect(server.endings).toEqual([{ code: 1000, reason: '' }])
    expect(program.errors()).toBe('')
  })

  it('ends within seconds of an interrupt though the server is dead', async () => {
    const server = await serve(brokerOf())
    const program = start('--server', server.url, '--credentials', fileOf(credentials))
    await program.says(ready)
    server.freeze()
    const interrupted = Date.now()
    program.interrupt()
    expect(await program.exit).toEqual({ code: 0, signal: null })
    expect(Date.now() - interrupted).toBeLessThan(5000)
  })

  it.each(['demo', 'live'] as const)(
    'asks for the account list first if they name no host (%s)',
    async host => {
      const server = await serve(brokerOf(host))
      const path = fileOf({ ...credentials, environment: undefined })
      const program = start('--server', server.url, '--credentials', path)
      await program.says(ready)
      expect(server.asked).toEqual([
        [PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ],
        [PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ],
      ])
      const place = new URL(server.url).host
      expect(program.lines.slice(0, 8)).toEqual([
        `the server ${place}, which knows whose the account is, credentials of ${path}`,
        `it is a ${host} account: the server ${place}`,
        ...beginning,
        ready,
      ])
      program.interrupt()
      expect(await program.exit).toEqual({ code: 0, signal: null })
      await server.ended(2)
      expect(server.endings.map(({ code }) => code)).toEqual([1000, 1000])
    },
  )

  it.each([
    ['for a named host', 'demo', beginning.slice(0, 2)],
    ['when it asks for the host', undefined, []],
  ])('gives up after one attempt if the secret is wrong, %s', async (_, environment, before) => {
    const server = await serve(brokerOf())
    const path = fileOf({ ...credentials, clientSecret: 'SECRET-wrong', environment })
    const program = start('--server', server.url, '--credentials', path)
    expect(await program.exit).toEqual({ code: 1, signal: null })
    expect(program.lines.slice(1, before.length + 1)).toEqual(before)
    expect(program.lines.slice(before.length + 1).join('\n')).toBe(
      "server responded with error: { errorCode: 'CH_CLIENT_AUTH_FAILURE', description: 'clientId or clientSecret is incorrect' }",
    )
    expect(server.asked).toEqual([[PROTO_OA_APPLICATION_AUTH_REQ]])
    expect(program.errors()).toBe('')
  })

  it('renews a token that is refused, and keeps the new pair in their file', async () => {
    const server = await serve(brokerOf())
    const path = fileOf({ ...credentials, accessToken: 'SECRET-old', note: 'mine' })
    const program = start('--server', server.url, '--credentials', path)
    await program.says(ready)
    expect(program.lines.slice(1, 7)).toEqual([...beginning, ready])
    expect(server.asked).toEqual([
      [
        PROTO_OA_APPLICATION_AUTH_REQ,
        PROTO_OA_ACCOUNT_AUTH_REQ,
        PROTO_OA_REFRESH_TOKEN_REQ,
        PROTO_OA_ACCOUNT_AUTH_REQ,
      ],
    ])
    program.interrupt()
    await program.exit
    const kept = JSON.parse(readFileSync(path, 'utf8')) as object
    expect(kept).toMatchObject({
      ...credentials,
      accessToken: 'access-1-1',
      refreshToken: 'refresh-1-1',
      note: 'mine',
    })
    expect(Object.keys(kept)).toContain('expiresAt')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it.each([['CH_ACCESS_TOKEN_INVALID', { accessToken: 'SECRET-wrong', refreshToken: 'SECRET-used' }]])(
    'gives up after one attempt if the account is refused with %s',
    async (errorCode, wrong) => {
      const server = await serve(brokerOf())
      const program = start('--server', server.url, '--credentials', fileOf({ ...credentials, ...wrong }))
      expect(await program.exit).toEqual({ code: 1, signal: null })
      expect(program.lines.slice(1, 5)).toEqual(beginning.slice(0, 4))
      expect(program.lines.slice(5).join(' ')).toMatch(
        new RegExp(`^server responded with error: \\{.*errorCode: '${errorCode}'`),
      )
      expect(server.asked).toEqual([
        [PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ, PROTO_OA_REFRESH_TOKEN_REQ],
      ])
    },
  )

  it('says it if the account is not one of the token', async () => {
    const server = await serve(brokerOf())
    const path = fileOf({ ...credentials, accountId: 999, environment: undefined })
    const program = start('--server', server.url, '--credentials', path)
    expect(await program.exit).toEqual({ code: 2, signal: null })
    expect(program.lines.slice(1)).toEqual(['accountId is not among the accounts of this access token'])
    expect(server.asked).toEqual([[PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ]])
    expect(program.errors()).toBe('')
  })

  it('tells why there is no line, as where the server cannot be reached (F2)', async () => {
    const unreachable = 'ws://127.0.0.1:9'
    const program = start('--server', unreachable, '--credentials', fileOf(credentials), '--seconds', '1')
    await program.exit
    expect(program.lines[1]).toMatch(
      /^connection closed \{ code: 1006, .*\}: connect ECONNREFUSED 127\.0\.0\.1:9$/,
    )
  })

  it('tells how the server closed the line and authenticates again', async () => {
    const broker = brokerOf()
    const server = await serve(broker)
    const program = start('--server', server.url, '--credentials', fileOf(credentials))
    const closed = "connection closed { code: 1000, reason: 'Bye', wasClean: true }"
    await program.says(ready)
    broker.close(1000, 'Bye')
    await program.says(beginning.at(-1) ?? '', 2)
    await program.says(closed)
    const since = program.lines.slice(program.lines.indexOf(closed))
    expect(since.slice(0, 6)).toEqual([closed, ...beginning])
    expect(program.lines.filter(line => line === closed)).toHaveLength(1)
    expect(server.asked).toEqual([
      [PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ],
      [PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ],
    ])
    program.interrupt()
    expect(await program.exit).toEqual({ code: 0, signal: null })
    expect(program.errors()).toBe('')
  })
})
