import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { commandLine, runInProcess } from '../../support/commandLine'
import type { CommandLine, CommandRun } from '../../support/commandLine'
import { OWNER_ONLY } from '../../support/fileMode'

jest.setTimeout(60_000)

let line: CommandLine
beforeEach(async () => {
  line = await commandLine()
})
afterEach(() => {
  line.close()
})

const FILE = 'session.jsonl'
const path = () => join(line.folder, FILE)
const text = () => (existsSync(path()) ? readFileSync(path(), 'utf8') : '')

/** Records until this holds of the file. */
const recorded = async (args: readonly string[], holds: (text: string) => boolean): Promise<CommandRun> => {
  const one = line.start(['record', ...args, '-o', FILE], { size: { columns: 100, rows: 20 } })
  await one.until(() => holds(text()))
  one.stop()
  expect(await one.exitCode).toBe(0)
  return one
}

const hasQuotes =
  (...symbolIds: readonly number[]) =>
  (content: string): boolean =>
    symbolIds.every(id =>
      content.includes(`"payloadType":2131,"payload":{"ctidTraderAccountId":12345678,"symbolId":${id},`),
    )

const served: CommandRun[] = []
afterEach(async () => {
  for (const one of served.splice(0)) {
    one.stop()
    await one.exitCode
  }
})

/** Serves the recording at a free port. */
const replayed = async (...args: readonly string[]): Promise<{ url: string; one: CommandRun }> => {
  const one = line.start(['replay', FILE, '--port', '0', ...args])
  served.push(one)
  await one.until(all => all.includes('Ctrl-C'))
  return { one, url: /ws:\S+/.exec(one.out())?.[0] ?? '' }
}

/** A command at a server that has a recording. */
const at = (url: string, ...args: readonly string[]) => line.run([...args, '--server', url])

describe('record', () => {
  it('writes the session from its beginning, for its owner only, without secrets, and says how much', async () => {
    const one = await recorded(['EURUSD', 'BTCUSD'], hasQuotes(1))
    expect(text()).toMatch(/^\{"at":\d+,"line":"connecting"\}\n\{"at":\d+,"line":"opened"\}\n/)
    expect(text()).toContain('"accessToken":"[redacted]"')
    expect(statSync(path()).mode & 0o777).toBe(OWNER_ONLY)
    expect(one.out()).toMatch(/session\.jsonl: [\d,]+ rows, [\d,]+ kB, in \d+ s\n/)
  })

  it('ends after --seconds, with one value for --json', async () => {
    const one = line.start(['record', 'EURUSD', '-o', FILE, '--seconds', '0.2', '--json'])
    expect(await one.exitCode).toBe(0)
    expect(one.json()).toEqual([
      { file: FILE, rows: expect.any(Number) as number, bytes: statSync(path()).size, seconds: 0 },
    ])
  })

  it('does not replace a file, unless it may', async () => {
    writeFileSync(path(), 'kept')
    const refused = await line.run(['record', '-o', FILE, '--seconds', '0.1'])
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('give --force') as string })
    expect(text()).toBe('kept')
    expect((await line.run(['record', '-o', FILE, '--seconds', '0.1', '--force'])).code).toBe(0)
    expect(text()).toMatch(/"connecting"/)
  })

  it.each([
    [['record'], 2, /required option '-o, --output <file>'/],
    [['record', '-o', 'x.jsonl', '--candles', 'M7'], 2, /--candles.*one of M1, M2/],
    [['record', 'EURUSX', '-o', 'x.jsonl'], 2, /nearest are EURUSD/],
    [['record', '-o', 'none/x.jsonl'], 1, /^ENOENT.*x\.jsonl/m],
  ])('%j ends with %d', async (args, code, words) => {
    const ended = await line.run(args)
    expect(ended.code).toBe(code)
    expect(ended.err).toMatch(words)
    expect(ended.err).not.toMatch(/^ +at /m)
  })
})

describe('replay', () => {
  it('serves the recorded quotes, in other groups of symbols, and the account', async () => {
    await recorded(['EURUSD', 'BTCUSD', 'XAUUSD', '--candles', 'M1', '--depth'], hasQuotes(1, 41))
    const { one, url } = await replayed('--speed', 'max')
    expect(one.out()).toContain('"accountId": 12345678')
    expect((await at(url, 'quotes', 'EURUSD', '--count', '1')).out).toMatch(/ EURUSD {2}\d\.\d{5}/)
    expect((await at(url, 'candles', 'EURUSD', 'M1', '--count', '3')).out.split('\n')).toHaveLength(4)
    expect((await at(url, 'depth', 'EURUSD', '--count', '1')).out).toMatch(/EURUSD {2}bids \d+ @/)
    expect((await at(url, 'watch', 'EURUSD', '--count', '1')).out).toMatch(/equity 10000\.00/)
    expect(one.err()).toMatch(/A program has connected[^]*The program has left/)
  })

  it('refuses what is not in the recording', async () => {
    await recorded(['EURUSD'], hasQuotes(1))
    const { url } = await replayed('--speed', 'max')
    expect(await at(url, 'deals')).toMatchObject({
      code: 1,
      err: expect.stringContaining('PROTO_OA_DEAL_LIST_REQ is not in the recording') as string,
    })
    expect((await at(url, 'quotes', 'XAUUSD', '--count', '1')).err).toContain('is not in the recording')
  })

  it('loses lines as they were lost, and goes on for the program that is back', async () => {
    const recording = line.start(['record', 'EURUSD', '-o', FILE], { size: { columns: 100, rows: 20 } })
    await recording.until(() => hasQuotes(1)(text()))
    line.broker.fault({ kind: 'drop' })
    await recording.until(
      () => text().split('"line":"opened"').length > 2 && hasQuotes(1)(text().split('"lost"')[1] ?? ''),
    )
    recording.stop()
    await recording.exitCode
    const { one, url } = await replayed()
    const quotes = line.start(['quotes', 'EURUSD', '--server', url])
    await quotes.until(all => all.includes('connected again'))
    quotes.stop()
    expect(await quotes.exitCode).toBe(0)
    expect(one.err()).toMatch(/has connected[^]*line is lost, as in the recording[^]*is back/)
  })

  it('goes on with --json as lines', async () => {
    await recorded(['EURUSD'], hasQuotes(1))
    const one = line.start(['replay', FILE, '--port', '0', '--json'])
    await one.until(all => all.includes('url'))
    one.stop()
    expect(await one.exitCode).toBe(0)
    expect(one.json()).toMatchObject([
      { url: expect.stringMatching(/^ws:/) as string, credentials: { accountId: 12345678 } },
    ])
  })

  it.each([
    [['replay', 'none.jsonl'], 1, /^ENOENT.*none\.jsonl/m],
    [['replay', FILE], 2, /are not a recording: line 1/],
    [['replay', FILE, '--speed', '0'], 2, /--speed.*above 0/],
  ])('%j ends with %d', async (args, code, words) => {
    writeFileSync(path(), 'something else\nmore\n')
    const ended = await line.run(args)
    expect(ended.code).toBe(code)
    expect(ended.err).toMatch(words)
  })

  it('says that the port is in use, and which host is not here', async () => {
    await recorded(['EURUSD'], hasQuotes(1))
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => taken.once('listening', resolve))
    const { port } = taken.address() as AddressInfo
    const inUse = await line.run(['replay', FILE, '--port', `${port}`])
    taken.close()
    expect(inUse).toMatchObject({ code: 1, err: expect.stringContaining('is in use: try another') as string })
    const one = runInProcess(['replay', FILE, '--host', '203.0.113.1'], { folder: line.folder })
    expect(await one.exitCode).toBe(1)
    expect(one.err()).toContain('203.0.113.1 is not an address of this machine')
  })
})
