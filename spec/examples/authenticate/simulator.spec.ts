import { SIMULATOR, beginning, endProgramsAfterEach, ready, start, startBehind, startIn } from './program'

endProgramsAfterEach()

describe('the example without credentials', () => {
  it('authenticates at a simulator of its own, is ready once a second, and ends in time', async () => {
    const program = start('--quiet', '--seconds', '2', '--simulator')
    expect(await program.exit).toEqual({ code: 0, signal: null })
    expect(program.lines[0]).toMatch(SIMULATOR)
    expect(program.lines.slice(1, 7)).toEqual([...beginning, ready])
    const readies = program.lines.slice(6)
    expect(new Set(readies)).toEqual(new Set([ready]))
    expect([2, 3]).toContain(readies.length)
    expect(program.errors()).toBe('')
  })

  it('shows what three symbols cost, at most once a second each, beside that', async () => {
    const program = start('--seconds', '2', '--simulator')
    expect(await program.exit).toEqual({ code: 0, signal: null })
    expect(program.lines[0]).toMatch(SIMULATOR)
    expect(program.lines.slice(1, 7)).toEqual([...beginning, ready])
    const shown = program.lines.slice(6).filter(line => line !== ready)
    const price = String.raw`\d+\.\d+`
    const quotes = new RegExp(
      `^(EURUSD|GBPUSD|XAUUSD) ${price} / ${price}, ${price} pips, \\d\\d:\\d\\d:\\d\\d$`,
    )
    expect(shown.filter(line => !quotes.test(line))).toEqual([])
    const names = shown.map(line => line.slice(0, 6))
    expect(new Set(names)).toEqual(new Set(['EURUSD', 'GBPUSD', 'XAUUSD']))
    expect(names.length).toBeLessThanOrEqual(9)
    expect(program.errors()).toBe('')
  })

  it('shows them on a terminal as a table that changes in place', async () => {
    const terminal = 'Object.assign(process.stdout, { isTTY: true, columns: 80, rows: 24 })'
    const program = startIn([`data:text/javascript,${terminal}`], '--simulator')
    // Up to the first row that has changed. Which one, and when, is the market's affair.
    await program.shows(new RegExp(`${String.fromCharCode(27)}\\[[1-3]A`))
    program.interrupt()
    expect(await program.exit).toEqual({ code: 0, signal: null })
    expect(program.lines[0]).toMatch(SIMULATOR)
    expect(program.lines.slice(1, 6)).toEqual(beginning)
    const block = program.lines.slice(6).join('\n')
    // Once in words, and from then on only what changes.
    expect(block.split(ready)).toHaveLength(2)
    expect(block).toMatch(/symbol +bid +ask +pips +UTC\nEURUSD +\d\S+ +\d\S+ .*\nGBPUSD .*\nXAUUSD /)
    expect(program.errors()).toBe('')
  })

  it('takes Ctrl-C on a terminal for a key, so that it ends no shell that npm has started (F9)', async () => {
    const terminal = `
      Object.assign(process.stdout, { isTTY: true, columns: 80, rows: 24 })
      const { stdin } = process
      const pressed = on => {
        if (on) setTimeout(() => stdin.emit('data', '\\u0003'), 100)
        return stdin
      }
      Object.assign(stdin, { isTTY: true, setRawMode: pressed })`
    const program = startIn([`data:text/javascript,${encodeURIComponent(terminal)}`], '--simulator')
    expect(await program.exit).toEqual({ code: 0, signal: null })
    expect(program.errors()).toBe('')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('runs until %s, then ends by itself', async signal => {
    const program = start('--simulator')
    await program.says(ready, 2)
    program.interrupt(signal)
    expect(await program.exit).toEqual({ code: 0, signal: null })
    expect(program.errors()).toBe('')
  })

  it('ends where the shell that has started it ends without a word', async () => {
    const program = startBehind('--simulator')
    await program.says(ready, 2)
    program.interrupt('SIGKILL')
    // That is when its output is closed, too.
    expect(await program.exit).toEqual({ code: null, signal: 'SIGKILL' })
    expect(program.errors()).toBe('')
  })
})
