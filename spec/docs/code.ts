import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const EXAMPLES = 'docs/examples'

export const examples: readonly string[] = readdirSync(EXAMPLES)
  .filter(name => name.endsWith('.ts'))
  .map(name => join(EXAMPLES, name))

/** Files of examples that guides show parts of. */
export const exampleParts: readonly string[] = ['angular-recipes', 'copy-trading', 'test-a-strategy'].flatMap(
  folder => readdirSync(join(EXAMPLES, folder)).map(name => join(EXAMPLES, folder, name)),
)

export const documents: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md') && !name.includes('node_modules'))
    .map(name => join('docs', name)),
]

/** The blocks of code of a language in a document. */
export const blocksOf = (document: string, language: string): readonly string[] =>
  [...readFileSync(document, 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, found]) => found === language)
    .map(([, , block = '']) => block)

const outdented = (text: string): string => {
  const margin = /^ */.exec(text)?.[0] ?? ''
  return text.replaceAll(new RegExp(`^${margin}`, 'gm'), '')
}

/** What a document may show of an example: all of it, or what stands between `#region` and `#endregion`. */
export const piecesOf = (example: string): readonly string[] => {
  const text = readFileSync(example, 'utf8')
  const regions = [...text.matchAll(/^ *\/\/ #region .*\n([\s\S]*?)^ *\/\/ #endregion$/gm)]
  return [text, ...regions.map(([, region = '']) => outdented(region))]
}

/** The rows of the tables below a heading, each by its cells. */
export const rowsBelow = (document: string, heading: string): readonly (readonly string[])[] => {
  const [, section = ''] = readFileSync(document, 'utf8').split(`\n## ${heading}\n`)
  return (section.split('\n## ')[0] ?? '')
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map(cell => cell.trim().replaceAll('\\|', '|')),
    )
}

/** The names in a cell that are set as code. */
export const namesIn = (cell = ''): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
