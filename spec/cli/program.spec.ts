import { readFileSync } from 'node:fs'
import { define } from '../../src/cli/definition'
import { definitions } from '../../src/cli/definitions'
import { Failed, Mistake, exitCodes } from '../../src/cli/outcome'
import type { Outcome } from '../../src/cli/outcome'
import { allFlags } from '../../src/cli/program'
import { run } from '../../src/cli/run'
import { of, throwError } from 'rxjs'
import { runInProcess } from '../support/commandLine'

const ended = async (...args: readonly string[]) => {
  const one = runInProcess(args)
  return { code: await one.exitCode, out: one.out(), err: one.err() }
}

describe('the help', () => {
  it.each(definitions.map(({ name }) => name))(
    'of %s has its summary, its options and two examples',
    async name => {
      const definition = definitions.find(one => one.name === name)
      const { code, out, err } = await ended(name, '--help')
      expect([code, err]).toEqual([0, ''])
      expect(out).toContain(`Usage: rx-ctrader ${name}`)
      for (const { flags } of definition ? allFlags(definition) : []) expect(out).toContain(flags)
      expect(out.match(/^ {2}rx-ctrader .*$/gm)).toHaveLength(2)
      expect(definition?.examples.every(([line]) => line.startsWith(name))).toBe(true)
    },
  )

  it('lists all commands, and is no wider than the screen', async () => {
    const one = runInProcess(['--help'], { size: { columns: 60, rows: 20 } })
    expect(await one.exitCode).toBe(0)
    for (const { name } of definitions) expect(one.out()).toContain(`\n  ${name} `)
    expect(
      Math.max(
        ...one
          .out()
          .split('\n')
          .map(line => line.length),
      ),
    ).toBeLessThanOrEqual(60)
  })

  it('is what a command line without a command gets, with 2', async () => {
    const { code, out, err } = await ended()
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('Usage: rx-ctrader')
  })
})

describe('the version', () => {
  it('is that of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string }
    expect(await ended('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })
})

describe('a mistake', () => {
  it.each([
    [['quots'], /unknown command 'quots'[^]*quotes/],
    [['quotes', 'EURUSD', '--jsno'], /unknown option '--jsno'[^]*--json/],
    [['quotes'], /missing required argument 'symbols'/],
    [['symbol', 'EURUSD', 'XAUUSD'], /too many arguments/],
    [['quotes', 'EURUSD', '--count', '0'], /--count.*whole number of at least 1/],
    [['quotes', 'EURUSD', '--server', 'nonsense'], /--server.*address of a WebSocket/],
    [['doctor', '--server', 'https://demo.ctraderapi.com'], /--server.*as wss:/],
    [['record', '-o', 'x.jsonl', '--candles', 'M7'], /--candles.*one of M1, /],
    [['replay', 'x.jsonl', '--speed', 'fast'], /--speed.*above 0/],
    [['simulate', '--port', '65536'], /--port.*from 0 to 65535/],
    [['simulate', '--port', '-1'], /--port/],
    [['simulate', '--port', 'x'], /--port/],
    [['simulate', '--port'], /--port.*argument missing/],
    [['simulate', '--seed', '1.5'], /--seed/],
    [['simulate', '--speed', '0'], /--speed.*above 0/],
    [['simulate', '--speed', ''], /--speed/],
    [['simulate', '--start', 'noon'], /--start.*as 2031-01-08/],
    [['simulate', '--start', '1999-12-31'], /--start/],
    [['simulate', '--host', ''], /--host.*not be empty/],
    [['simulate', 'more'], /too many arguments/],
  ])('%j ends with 2, and says what is wrong and where help is', async (args, words) => {
    const { code, out, err } = await ended(...args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(words)
    expect(err).toContain('--help')
  })
})

describe('what a command tells', () => {
  const talker = define<object>({
    name: 'talk',
    summary: 'says something',
    examples: [],
    load: () =>
      Promise.resolve(() =>
        of<Outcome[]>({ note: 'aside' }, { json: { a: 1 }, text: 'one' }, { exitCode: exitCodes.inDoubt }),
      ),
  })
  const breaker = (error: unknown) =>
    define<object>({
      name: 'break',
      summary: 'fails',
      examples: [],
      load: () => Promise.resolve(() => throwError(() => error)),
    })
  const outcome = async (args: readonly string[], definition: typeof talker) => {
    let [out, err] = ['', '']
    const terminal = {
      out: (text: string) => (out += text),
      err: (text: string) => (err += text),
      size: () => undefined,
      stop$: of(),
      open: () => undefined,
      env: {},
      folder: '',
      home: '',
      platform: 'linux',
    }
    return { code: await run(args, terminal, [definition]), out, err }
  }

  it.each([
    [[], 'one\n', 'aside\n'],
    [['--json'], '{"a":1}\n', 'aside\n'],
    [['--quiet'], 'one\n', ''],
  ])('with %j has results on standard output, the rest on standard error', async (options, out, err) => {
    expect(await outcome(['talk', ...options], talker)).toEqual({ code: 3, out, err })
  })

  it.each([
    [new Mistake('no'), 2, /^no\n$/],
    [new Failed('no'), 1, /^no\n$/],
    [new Error('unexpected'), 1, /unexpected[^]*at /],
    ['a text', 1, /^a text\n$/],
  ])('%s leads to its exit code', async (error, code, words) => {
    const ending = await outcome(['break'], breaker(error))
    expect(ending).toMatchObject({ code, out: '' })
    expect(ending.err).toMatch(words)
  })
})
