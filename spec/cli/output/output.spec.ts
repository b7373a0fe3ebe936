import { createScreen } from '../../../src/cli/output/screen'
import { list, table } from '../../../src/cli/output/table'
import { colours } from '../../../src/cli/output/colours'
import { dateAndTime, withoutControls } from '../../../src/cli/output/text'

const plain = colours(false)

describe('a table', () => {
  const columns = [
    { title: 'name', cell: ([name]: readonly [string, number?]) => name, shortened: true },
    { title: 'n', cell: ([, n]: readonly [string, number?]) => n, right: true },
  ]

  it('has a line for each row, numbers on the right, and no spaces at the end', () => {
    const rows = [['one', 1], ['two', 22], ['none']] as const
    expect(table(columns, rows, plain)).toBe('name   n\none    1\ntwo   22\nnone   –')
  })

  it('is shortened to the width of the screen', () => {
    const rows = [['a name that is long', 1]] as const
    const drawn = table(columns, rows, plain, 20)
    expect(drawn.split('\n').every(line => line.length <= 20)).toBe(true)
    expect(drawn).toContain('…')
  })

  it('has none of the control characters of a server', () => {
    expect(table(columns, [['a\u001b[2Jb\nc', 1]], plain)).toBe('name    n\na[2Jbc  1')
    expect(withoutControls('a\u0007\u009bb')).toBe('ab')
  })

  it('has colours where they are wanted', () => {
    const coloured = [{ title: 'n', cell: (n: number) => n, colour: () => colours(true).red }]
    expect(table(coloured, [1], colours(true))).toContain('\u001b[31m1\u001b[39m')
  })
})

describe('a list', () => {
  it('has names and values below each other', () => {
    const entries = [
      ['a', 1],
      ['long', undefined],
    ] as const
    expect(list(entries, plain)).toBe('a     1\nlong  –')
  })
})

describe('a time', () => {
  it('is in UTC', () => {
    expect(dateAndTime(Date.UTC(2031, 0, 8, 12, 30, 5))).toBe('2031-01-08 12:30:05')
  })
})

const ESC = '\u001b'
const token = new RegExp(`${ESC}\\[(?:(\\d+)A|J|\\?(\\d+[hl]))|\\n|\\r|[^${ESC}\\n\\r]+`, 'g')

/** What a terminal shows after all of it, for the few sequences that a screen writes. */
const shownAfter = (text: string): { readonly rows: readonly string[]; readonly modes: string } => {
  const rows = ['']
  let row = 0
  let modes = ''
  for (const [part, count, mode] of text.matchAll(token)) {
    if (part === '\n') rows[(row += 1)] ??= ''
    else if (mode !== undefined) modes += ` ${mode}`
    else if (count !== undefined) row -= Number(count)
    else if (part === '\u001b[J') rows.splice(row, Infinity, '')
    else if (part !== '\r') rows[row] = (rows[row] ?? '') + part
  }
  return { rows, modes }
}

describe('a screen', () => {
  const screen = (rows: number) => {
    let text = ''
    const drawn = createScreen({ out: one => (text += one), size: () => ({ columns: 20, rows }) })
    return { ...drawn, shown: () => shownAfter(text), text: () => text }
  }

  it('changes a block in place, and keeps lines above it', () => {
    const { block, line, shown } = screen(10)
    block('a\nb')
    block('c\nd')
    line('stays')
    block('e')
    expect(shown().rows).toEqual(['stays', 'e', ''])
  })

  it('cuts a block that is higher than the screen', () => {
    const { block, shown } = screen(3)
    block('a\nb\nc\nd')
    block('e\nf\ng\nh')
    expect(shown().rows).toEqual(['e', 'f', ''])
  })

  it('draws nothing if nothing has changed', () => {
    const { block, text } = screen(3)
    block('a')
    const before = text()
    block('a')
    expect(text()).toBe(before)
  })

  it('leaves the terminal with its cursor, lines that wrap, and a clean line', () => {
    const { block, end, shown } = screen(10)
    block('a')
    end()
    expect(shown().rows).toEqual(['a', ''])
    expect(shown().modes).toMatch(/ 7h 25h$/)
  })

  it('shows the cursor again after an empty block, too', () => {
    const { block, end, line, shown } = screen(10)
    block('a')
    block('')
    line('done')
    end()
    expect(shown().rows).toEqual(['done', ''])
    expect(shown().modes).toMatch(/ 7h 25h$/)
  })

  it('removes what an interrupt shows, at once or at the end', () => {
    const now = screen(10)
    now.interrupt('now')
    expect(now.text()).toBe('\r\u001b[J')
    const later = screen(10)
    later.interrupt('end')
    expect(later.text()).toBe('')
    later.end()
    expect(later.text()).toBe('\r\u001b[J\u001b[?7h\u001b[?25h')
  })

  it('writes lines as they are, as long as there is no block', () => {
    const { line, end, text } = screen(10)
    line('one')
    end()
    expect(text()).toBe('one\n')
  })
})
