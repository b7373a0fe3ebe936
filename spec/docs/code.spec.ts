import { blocksOf, documents, exampleParts, examples, piecesOf } from './code'

const pieces = new Set([...examples, ...exampleParts].flatMap(piecesOf))
const blocks = documents.flatMap(document =>
  blocksOf(document, 'ts').map(block => [document, block] as const),
)

describe('the code in the documents', () => {
  it('is there', () => {
    expect(blocks.length).toBeGreaterThan(10)
  })

  it.each(blocks)('of %s is that of an example, to the letter', (_, block) => {
    expect(pieces).toContain(block)
  })

  it('is marked as what is checked, and not as something similar', () => {
    for (const language of ['typescript', 'js', 'javascript', 'tsx'])
      expect(documents.flatMap(document => blocksOf(document, language))).toEqual([])
  })
})

describe('the marked regions of the examples', () => {
  it('are all shown somewhere', () => {
    const shown = new Set(blocks.map(([, block]) => block))
    const regions = [...examples, ...exampleParts].flatMap(example => piecesOf(example).slice(1))
    expect(regions.filter(region => !shown.has(region))).toEqual([])
  })
})
