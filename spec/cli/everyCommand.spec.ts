import { readFileSync } from 'node:fs'
import { definitions } from '../../src/cli/definitions'
import { commandLine } from '../support/commandLine'
import type { CommandLine } from '../support/commandLine'
import { prepareAccount, showing, trading } from './commandTable'

jest.setTimeout(60_000)

let line: CommandLine
beforeAll(async () => {
  line = await commandLine()
  await prepareAccount(line)
})
afterAll(() => {
  line.close()
})

/** The fields that the guide names for each command. `symbol` has those of the official message. */
const documented = new Map(
  [
    ...readFileSync('docs/command-line.md', 'utf8').matchAll(
      /^\| (`\w+`.*?) +\| (?:one value|a line).*?\| (.*?) +\|$/gm,
    ),
  ].flatMap(([, names = '', fields = '']) =>
    [...names.matchAll(/\w+/g)].map(
      ([name]) => [name, [...fields.matchAll(/\w+/g)].map(([field]) => field)] as const,
    ),
  ),
)

it('the guide has the fields of each command', () => {
  const names = definitions.map(({ name }) => name)
  expect([...documented.keys(), 'symbol', 'backtest', 'sweep'].sort()).toEqual([...names].sort())
})

describe('the commands with --json', () => {
  it.each(Object.entries({ ...showing, ...trading }))('write JSON: %s', async (name, [args]) => {
    const one = line.start([name, ...args(line), '--json'])
    expect(await one.exitCode).toBe(0)
    const fields = one
      .json()
      .flat()
      .flatMap(value => Object.keys(value as object))
    const known = documented.get(name) ?? fields
    expect(fields.length).toBeGreaterThan(0)
    expect(fields.filter(field => !known.includes(field))).toEqual([])
  })
})
