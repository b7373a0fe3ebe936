import { commandLine } from '../../support/commandLine'
import type { CommandLine } from '../../support/commandLine'

const screen = { size: { columns: 60, rows: 20 } }

let line: CommandLine
beforeAll(async () => {
  line = await commandLine()
})
afterAll(() => {
  line.close()
})

describe('symbols', () => {
  it('lists all, with their ids', async () => {
    const { code, out, err } = await line.run(['symbols'])
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^EURUSD +1 +Euro vs US Dollar +yes$/m)
    expect(out.split('\n').length).toBeGreaterThan(10)
  })

  it.each(['eur/usd', 'EURUSD', 'euro vs us'])('finds %j by name or description', async query => {
    const { out } = await line.run(['symbols', query, '--json'])
    expect(JSON.parse(out)).toEqual([
      { symbolId: 1, name: 'EURUSD', description: 'Euro vs US Dollar', enabled: true },
    ])
  })

  it('says that there is no such symbol', async () => {
    expect(await line.run(['symbols', 'zzz'])).toMatchObject({
      code: 0,
      out: 'No symbol has "zzz" in its name or description.\n',
    })
  })
})

describe('symbol', () => {
  it('shows the terms in words', async () => {
    const { out } = await line.run(['symbol', 'eur/usd'])
    for (const words of [
      'EUR / USD',
      'pip             0.0001',
      '0.01 lots (1000 units)',
      'wednesday',
      'enabled',
    ])
      expect(out).toContain(words)
    expect(out).toMatch(/^market +(open now|closed until .* UTC)$/m)
  })

  it('shows all fields as JSON, also by id', async () => {
    const { out } = await line.run(['symbol', '1', '--json'])
    expect(JSON.parse(out)).toMatchObject({
      symbolId: 1,
      symbolName: 'EURUSD',
      digits: 5,
      lotSize: 10_000_000,
    })
  })

  it('names the nearest symbols to an unknown one, with 2', async () => {
    const { code, err } = await line.run(['symbol', 'EURUSX'])
    expect(code).toBe(2)
    expect(err).toMatch(/^there is no symbol EURUSX; the nearest are EURUSD/)
  })
})

describe('quotes', () => {
  it('are a line each in a pipe, without control characters', async () => {
    const { code, out, err } = await line.run(['quotes', 'EURUSD', 'XAUUSD', '--count', '3'])
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^2031-01-08T12:\S+Z {2}EURUSD {2}\d\.\d{5} {2}\d\.\d{5} {2}-?\d+\.\d$/m)
    // eslint-disable-next-line no-control-regex -- These are what must not be there.
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })

  it('are JSON lines with --json', async () => {
    const one = line.start(['quotes', '1', '--count', '2', '--json'])
    expect(await one.exitCode).toBe(0)
    expect(one.json()).toHaveLength(2)
    expect(one.json()[0]).toEqual({
      symbol: 'EURUSD',
      symbolId: 1,
      bid: expect.any(Number) as number,
      ask: expect.any(Number) as number,
      spread: expect.any(Number) as number,
      time: expect.stringMatching(/^2031-01-08T12:.*Z$/) as string,
    })
  })

  it('are a table that changes in place on a screen, until Ctrl-C', async () => {
    const one = line.start(['quotes', 'EURUSD', 'XAUUSD'], screen)
    await one.until(text => /EURUSD.*\d\.\d{5}[^]*XAUUSD.*\d{4}\.\d{2}/.test(text))
    one.stop()
    expect(await one.exitCode).toBe(0)
    expect(one.out()).toContain('\u001b[J')
    expect(one.out().endsWith('\u001b[?25h')).toBe(true)
  })

  it('end after some seconds', async () => {
    expect(await line.run(['quotes', 'EURUSD', '--seconds', '0.3'])).toMatchObject({ code: 0 })
  })

  it('have no colours where NO_COLOR or --no-color says so', async () => {
    for (const [args, env] of [
      [['--no-color'], {}],
      [[], { NO_COLOR: '1' }],
    ] as const) {
      const one = line.start(['quotes', 'EURUSD', ...args], { ...screen, env })
      await one.until(text => /EURUSD.*\d\.\d{5}/.test(text))
      one.stop()
      await one.exitCode
      expect(one.out()).not.toContain('\u001b[2m')
    }
  })

  it('go on after a lost line, and say so on standard error', async () => {
    const one = line.start(['quotes', 'EURUSD'])
    await one.until(text => text.includes('EURUSD'))
    line.broker.fault({ kind: 'drop' })
    await one.until(text => text.includes('connected again'))
    const { length } = one.out()
    await one.until(() => one.out().length > length)
    one.stop()
    expect(await one.exitCode).toBe(0)
    expect(one.err()).toMatch(/^connection lost.*; next attempt in \d+ s\nconnected again\n$/)
  })
})

describe('candles', () => {
  it('are closed bars in a pipe', async () => {
    const { out } = await line.run(['candles', 'EURUSD', 'm1', '--history', '3', '--count', '3'])
    expect(out.trimEnd().split('\n')).toEqual(
      ['11:57', '11:58', '11:59'].map(
        minute =>
          expect.stringMatching(new RegExp(`^2031-01-08 ${minute}:00 ( \\d\\.\\d{5} ){4} \\d+$`)) as string,
      ),
    )
  })

  it('are JSON lines with --json, the forming bar too', async () => {
    const one = line.start(['candles', 'EURUSD', 'M1', '--history', '1', '--count', '2', '--json'])
    await one.exitCode
    expect(one.json()).toMatchObject([
      { symbol: 'EURUSD', period: 'M1', time: '2031-01-08T11:59:00.000Z', closed: true, late: true },
      { closed: false },
    ])
  })

  it('are a table in place on a screen, as many as it has room for', async () => {
    const one = line.start(['candles', 'EURUSD', 'M1'], { size: { columns: 80, rows: 6 } })
    await one.until(text => text.includes('forming'))
    one.stop()
    await one.exitCode
    expect(one.out()).toContain('11:59:00')
    expect(one.out()).not.toContain('11:50:00')
  })

  it('of an unknown period are a mistake that names all', async () => {
    const { code, err } = await line.run(['candles', 'EURUSD', 'M7'])
    expect(code).toBe(2)
    expect(err).toMatch(/^period must be one of M1, M2/)
  })
})

describe('depth', () => {
  it('is a line each in a pipe', async () => {
    const { out } = await line.run(['depth', 'EURUSD', '--levels', '2', '--count', '1'])
    expect(out).toMatch(/^EURUSD {2}bids (\d+ @ \d\.\d{5}(, )?){2} {2}asks (\d+ @ \d\.\d{5}(, )?){2}\n$/)
  })

  it('is JSON lines with --json', async () => {
    const one = line.start(['depth', 'EURUSD', '--levels', '1', '--count', '1', '--json'])
    await one.exitCode
    const level = { price: expect.any(Number) as number, size: expect.any(Number) as number }
    expect(one.json()).toEqual([{ symbol: 'EURUSD', bids: [level], asks: [level] }])
  })

  it('is a table in place on a screen', async () => {
    const one = line.start(['depth', 'EURUSD', '--levels', '2'], screen)
    await one.until(text => /\d\.\d{5}/.test(text))
    one.stop()
    await one.exitCode
    expect(one.out()).toMatch(/bid/)
  })
})
