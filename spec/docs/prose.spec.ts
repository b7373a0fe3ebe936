import { complaintsAbout, complaintsOf, commentsIn, proseIn, texts, titlesIn } from './prose'

describe('comments, titles of specs and guides', () => {
  it('have short sentences and the usual words', () => {
    expect(texts.flatMap(complaintsAbout)).toEqual([])
  })
})

describe('the check of prose', () => {
  it('names words that are riddles, and sentences that are too long', () => {
    const long = `${'word '.repeat(31).trim()}.`

    expect(complaintsOf('Nobody knows. Whoever asks gets none of them, nor what is told.')).toEqual([
      "'Nobody'",
      "'Whoever'",
      "'none of them'",
      "'what is told'",
    ])
    expect(complaintsOf(long)).toEqual([expect.stringContaining('31 words')])
    expect(complaintsOf(`${'word '.repeat(30).trim()}. And one more.`)).toEqual([])
    expect(complaintsOf('`undefined` if there is none.')).toEqual([])
  })

  it('reads the comments of a source by paragraphs, without code', () => {
    const source = [
      '/**',
      ' * One',
      ' * sentence.',
      ' *',
      ' * - an item',
      ' * ```ts',
      ' * nobody()',
      ' * ```',
      ' */',
      'const a = 1 // the end',
      'const b = 2',
      '// of',
      '// all',
      'const c = 3',
    ].join('\n')

    expect(commentsIn(source)).toEqual([
      { line: 2, text: 'One sentence.' },
      { line: 5, text: '- an item' },
      { line: 10, text: 'the end' },
      { line: 12, text: 'of all' },
    ])
  })

  it('reads the titles of specs, also of those with a table', () => {
    const source = [
      "describe('orders', () => {",
      "  it('are sent', () => {})",
      "  it.each([1])('are %d', () => {})",
      '  it.each`a`("are told", () => {})',
      "  expect('no title')",
      '})',
    ].join('\n')

    expect(titlesIn(source)).toEqual([
      { line: 1, text: 'orders' },
      { line: 2, text: 'are sent' },
      { line: 3, text: 'are %d' },
      { line: 4, text: 'are told' },
    ])
  })

  it('reads a guide with its tables, without its code', () => {
    expect(proseIn('# Title\n\nA line\nand more.\n\n| a | b |\n| - | - |\n\n```sh\nnobody\n```\n')).toEqual([
      { line: 1, text: '# Title' },
      { line: 3, text: 'A line and more.' },
      { line: 6, text: '| a | b |' },
    ])
  })
})
