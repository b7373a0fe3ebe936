import { complaintsAbout, complaintsOf, commentsIn, proseIn, texts } from './prose'

/** What is still to be written in plain words. It may only get shorter. */
const TO_DO: readonly string[] = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/']

describe('comments and guides', () => {
  it('have short sentences and the usual words', () => {
    const done = texts.filter(file => !TO_DO.some(room => file.startsWith(room)))

    expect(done.flatMap(complaintsAbout)).toEqual([])
  })

  it('are listed as to do only while they are', () => {
    const finished = TO_DO.filter(
      room => !texts.some(file => file.startsWith(room) && complaintsAbout(file).length > 0),
    )

    expect(finished).toEqual([])
  })
})

describe('the check of prose', () => {
  it('names words that are riddles, and sentences that are too long', () => {
    const long = `${'word '.repeat(31).trim()}.`

    expect(complaintsOf('Nobody knows. Whoever asks gets none of them.')).toEqual([
      "'Nobody'",
      "'Whoever'",
      "'none of them'",
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

  it('reads a guide without its code and tables', () => {
    expect(proseIn('# Title\n\nA line\nand more.\n\n| a | b |\n\n```sh\nnobody\n```\n')).toEqual([
      { line: 1, text: '# Title' },
      { line: 3, text: 'A line and more.' },
    ])
  })
})
