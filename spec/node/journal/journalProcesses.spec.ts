import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JournalEntry } from 'rx-ctrader'
import { fileJournal } from 'rx-ctrader/node'
import { startWriter } from '../processes/start'
import type { Writer } from '../processes/start'

jest.setTimeout(20_000)

let directory = ''
let path = ''
let writers: Writer[] = []
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'journal-'))
  path = join(directory, 'orders.jsonl')
  writers = []
})
afterEach(() => {
  for (const { child } of writers) child.kill('SIGKILL')
  rmSync(directory, { recursive: true })
})

const started = async (): Promise<Writer> => {
  const writer = startWriter('journal', path, '')
  writers.push(writer)
  expect(await writer.says()).toBe('ready')
  return writer
}
const told = ({ child, says }: Writer, line: string): Promise<string> => {
  child.stdin.write(`${line}\n`)
  return says()
}
const written = (): readonly string[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map(line => (JSON.parse(line) as JournalEntry).id)
const inUseBy = ({ child }: Writer): string =>
  `${path} is in use by process ${child.pid} on ${hostname()}: it is for one process at a time`

describe('a journal of two processes', () => {
  it('is the first one’s, by whose number the second is refused, until that ends (C4)', async () => {
    const [first, second] = await Promise.all([started(), started()])
    expect(await told(first, 'a-1')).toBe('appended')
    expect(await told(second, 'b-1')).toBe(inUseBy(first))
    expect(await told(second, 'load')).toBe(inUseBy(first))
    expect(() => fileJournal(path).load()).toThrow(inUseBy(first))
    expect(await told(first, 'a-2')).toBe('appended')
    first.child.stdin.end()
    await once(first.child, 'exit')
    expect(readdirSync(directory)).toEqual(['orders.jsonl'])
    expect(await told(second, 'load')).toBe('2')
    expect(await told(second, 'b-2')).toBe('appended')
    second.child.kill('SIGTERM')
    await once(second.child, 'exit')
    expect(readdirSync(directory)).toEqual(['orders.jsonl'])
    expect(written()).toEqual(['a-1', 'a-2', 'b-2'])
  })

  it('is free at once when the first is killed (C4)', async () => {
    const [first, second] = await Promise.all([started(), started()])
    expect(await told(first, 'a-1')).toBe('appended')
    first.child.kill('SIGKILL')
    await once(first.child, 'exit')
    expect(readdirSync(directory).sort()).toEqual(['orders.jsonl', 'orders.jsonl.lock'])
    expect(await told(second, 'load')).toBe('1')
    expect(await told(second, 'b-1')).toBe('appended')
    expect(written()).toEqual(['a-1', 'b-1'])
  })

  it('goes to one only of those who come at once for a dead one’s (C4)', async () => {
    const [dead, ...others] = await Promise.all([started(), started(), started(), started()])
    expect(await told(dead, 'a-1')).toBe('appended')
    dead.child.kill('SIGKILL')
    await once(dead.child, 'exit')
    const said = await Promise.all(others.map((other, index) => told(other, `b-${index}`)))
    const winner = others[said.indexOf('appended')]
    expect(said.filter(line => line === 'appended')).toHaveLength(1)
    expect(said.filter(line => line !== 'appended')).toEqual(Array(2).fill(winner && inUseBy(winner)))
  })
})
