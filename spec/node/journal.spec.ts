import fs from 'node:fs'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstValueFrom, from } from 'rxjs'
import { CTraderError } from 'rx-ctrader'
import type { Intended, JournalEntry, Settled } from 'rx-ctrader'
import { journalIn } from 'rx-ctrader/node'

const intended = (id: string): Intended => ({
  state: 'intended',
  id,
  accountId: 12345678,
  payloadType: 2108,
  payload: { ctidTraderAccountId: 12345678, orderId: 1 },
  at: 1_000,
})
const settled = (id: string): Settled => ({
  state: 'settled',
  id,
  accountId: 12345678,
  outcome: 'cancelled',
})

describe('a journal in a file', () => {
  let directory: string
  let path: string
  const loaded = (): Promise<readonly JournalEntry[]> => firstValueFrom(from(journalIn(path).load()))

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'journal-'))
    path = join(directory, 'orders.jsonl')
  })
  afterEach(() => {
    jest.restoreAllMocks()
    rmSync(directory, { recursive: true })
  })

  it('has nothing in it before the first entry', async () => {
    expect(await loaded()).toEqual([])
  })

  it('keeps its entries for the next process, one JSON line each, for its owner alone', async () => {
    const journal = journalIn(path)
    journal.append(intended('a-1'))
    journal.append(settled('a-1'))
    expect(await loaded()).toEqual([intended('a-1'), settled('a-1')])
    const lines = readFileSync(path, 'utf8').split('\n')
    expect(lines.map(line => (line === '' ? '' : (JSON.parse(line) as unknown)))).toEqual([
      intended('a-1'),
      settled('a-1'),
      '',
    ])
    expect(statSync(path).mode & 0o077).toBe(0)
    journalIn(path).append(intended('b-1'))
    expect(await loaded()).toEqual([intended('a-1'), settled('a-1'), intended('b-1')])
  })

  it('has an entry on the disk when it has been appended', () => {
    const synced: string[] = []
    const { fsyncSync } = fs
    jest.spyOn(fs, 'fsyncSync').mockImplementation(file => {
      fsyncSync(file)
      synced.push(readFileSync(path, 'utf8'))
    })
    journalIn(path).append(intended('a-1'))
    expect(synced).toEqual([`${JSON.stringify(intended('a-1'))}\n`])
  })

  it('takes the end of a line that a process died in for nothing, and writes on behind what is whole', async () => {
    journalIn(path).append(intended('ä-1'))
    const whole = readFileSync(path)
    const half = Buffer.from(JSON.stringify(intended('ä-2'))).subarray(0, 30)
    appendFileSync(path, half)
    expect(await loaded()).toEqual([intended('ä-1')])
    journalIn(path).append(intended('c-1'))
    expect(await loaded()).toEqual([intended('ä-1'), intended('c-1')])
    expect(readFileSync(path).subarray(0, whole.length)).toEqual(whole)
  })

  it.each([
    ['no JSON', '{"state":"inten{}'],
    ['nothing', ''],
    ['null', 'null'],
    ['of no state', '{"id":"a-1","accountId":1}'],
    ['intended without what', '{"state":"intended","id":"a-1","accountId":1,"payloadType":2108}'],
    ['settled without how', '{"state":"settled","id":"a-1","accountId":1}'],
    ['of no account', '{"state":"settled","id":"a-1","outcome":"filled"}'],
    ['without an id', '{"state":"settled","accountId":1,"outcome":"filled"}'],
  ])('says which line is %s, since it might have been an order', (_, line) => {
    writeFileSync(path, `${JSON.stringify(settled('a-1'))}\n${line}\n${JSON.stringify(settled('a-2'))}\n`)
    expect(() => journalIn(path).load()).toThrow(`${path} is no journal in line 2`)
  })

  it('throws where it cannot write, and is whole when it can again', async () => {
    const journal = journalIn(path)
    journal.append(intended('a-1'))
    jest.spyOn(fs, 'writeFileSync').mockImplementationOnce(file => {
      fs.writeSync(file as number, '{"state":')
      throw new Error('disk full')
    })
    expect(() => {
      journal.append(intended('a-2'))
    }).toThrow('disk full')
    journal.append(intended('a-3'))
    expect(await loaded()).toEqual([intended('a-1'), intended('a-3')])
  })

  it('throws where there can be no such file', () => {
    const nowhere = journalIn(join(directory, 'nowhere', 'orders.jsonl'))
    expect(() => {
      nowhere.append(intended('a-1'))
    }).toThrow('ENOENT')
    const load = (): unknown => journalIn(directory).load()
    expect(load).toThrow(CTraderError)
    expect(load).toThrow(`${directory} cannot be read: EISDIR`)
  })
})
