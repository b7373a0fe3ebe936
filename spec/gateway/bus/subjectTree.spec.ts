import fc from 'fast-check'
import { createSubjectTree } from '../../../src/gateway/bus/subjectTree'

/** Whether a subject is one of those that a pattern names, by a regular expression. */
const isNamedBy = (pattern: string, subject: string): boolean =>
  new RegExp(
    `^${pattern
      .split('.')
      .map(part => (part === '*' ? '[^.]+' : part === '>' ? '.+' : part))
      .join('\\.')}$`,
  ).test(subject)

const parts = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })
const patterns = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', 'c', '*'), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([some, goesOn]) => [...some, ...(goesOn ? ['>'] : [])].join('.'))

describe('a tree of subjects', () => {
  it('finds those, and only those, whose pattern names a subject, after any of them have gone', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(patterns, fc.boolean()), { maxLength: 12 }),
        parts.map(some => some.join('.')),
        (waiting, subject) => {
          const tree = createSubjectTree<number>()
          const added = waiting.map(([pattern], entry) => tree.add(pattern, entry))
          for (const [entry, [, leaves]] of waiting.entries()) if (leaves) added[entry]?.unsubscribe()
          const expected = waiting.flatMap(([pattern, leaves], entry) =>
            !leaves && isNamedBy(pattern, subject) ? [entry] : [],
          )
          expect([...tree.find(subject)].sort((a, b) => a - b)).toEqual(expected)
        },
      ),
    )
  })

  it('finds one that waits at two patterns at each of them', () => {
    const tree = createSubjectTree<string>()
    tree.add('a.*', 'both')
    const second = tree.add('a.b', 'both')
    expect(tree.find('a.b')).toEqual(['both', 'both'])
    second.unsubscribe()
    expect(tree.find('a.b')).toEqual(['both'])
  })

  it('names nothing by > alone behind the last part', () => {
    const tree = createSubjectTree<string>()
    tree.add('a.>', 'below')
    expect(tree.find('a')).toEqual([])
    expect(tree.find('a.b.c')).toEqual(['below'])
  })
})
