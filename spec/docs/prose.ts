import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** One paragraph or list item, and the line on which it begins. */
interface Paragraph {
  readonly line: number
  readonly text: string
}

const startsItem = /^(?:[-*+] |\d+\. |[#>|@])/

/** Joins lines to paragraphs. An empty line, a list item, a tag, a heading and a table row end one. */
const paragraphsOf = (rows: readonly string[], first: number): readonly Paragraph[] => {
  const paragraphs: Paragraph[] = []
  let isCode = false
  let isOpen = false
  rows.forEach((row, index) => {
    const text = row.trim()
    if (text.startsWith('```')) isCode = !isCode
    if (isCode || text === '' || text.startsWith('```')) {
      isOpen = false
      return
    }
    const last = paragraphs.at(-1)
    if (isOpen && last && !startsItem.test(text))
      paragraphs[paragraphs.length - 1] = { line: last.line, text: `${last.text} ${text}` }
    else paragraphs.push({ line: first + index, text })
    isOpen = !/^[#|]/.test(text)
  })
  return paragraphs
}

/** The comments of a source, as paragraphs. Instructions for tools are not prose. */
export const commentsIn = (text: string): readonly Paragraph[] => {
  const source = ts.createSourceFile('', text, ts.ScriptTarget.Latest, true)
  const ranges = new Map<number, number>()
  const visit = (node: ts.Node): void => {
    for (const { pos, end } of [
      ...(ts.getLeadingCommentRanges(text, node.pos) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.end) ?? []),
    ])
      ranges.set(pos, end)
    node.getChildren(source).forEach(visit)
  }
  visit(source)
  const blocks: { readonly line: number; readonly rows: string[]; readonly end: number }[] = []
  for (const [pos, end] of [...ranges].sort(([a], [b]) => a - b)) {
    const line = source.getLineAndCharacterOfPosition(pos).line + 1
    const comment = text.slice(pos, end)
    if (/eslint-|@ts-/.test(comment)) continue
    const last = blocks.at(-1)
    const isLine = comment.startsWith('//')
    if (isLine && last && /^\n *$/.test(text.slice(last.end, pos)) && text.startsWith('//', pos))
      blocks[blocks.length - 1] = { ...last, rows: [...last.rows, comment.slice(2)], end }
    else
      blocks.push({
        line,
        rows: isLine
          ? [comment.slice(2)]
          : comment
              .replace(/^\/\*+/, '')
              .replace(/\*+\/$/, '')
              .split('\n')
              .map(row => row.replace(/^\s*\*(?: |$)/, '')),
        end: isLine ? end : -1,
      })
  }
  return blocks.flatMap(({ line, rows }) => paragraphsOf(rows, line))
}

const isTitled = ({ expression }: ts.CallExpression): boolean => {
  let called: ts.Node = expression
  while (!ts.isIdentifier(called)) {
    if (ts.isPropertyAccessExpression(called) || ts.isCallExpression(called)) called = called.expression
    else if (ts.isTaggedTemplateExpression(called)) called = called.tag
    else return false
  }
  return /^(?:describe|it|test)$/.test(called.text)
}

/** The titles of the specs in a source: the first arguments of `describe` and `it`. */
export const titlesIn = (text: string): readonly Paragraph[] => {
  const source = ts.createSourceFile('', text, ts.ScriptTarget.Latest, true)
  const titles: Paragraph[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTitled(node)) {
      const [title] = node.arguments
      if (title && ts.isStringLiteralLike(title))
        titles.push({
          line: source.getLineAndCharacterOfPosition(title.getStart()).line + 1,
          text: title.text,
        })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return titles
}

/** The prose of a guide: its paragraphs, list items and rows of tables, without code. */
export const proseIn = (text: string): readonly Paragraph[] =>
  paragraphsOf(text.split('\n'), 1).filter(paragraph => !/^(?:<|[|\s:-]+$)/.test(paragraph.text))

/** Words that make a reader look for what they stand for. */
const riddles =
  /\b(?:whoever|whomever|whatever|whichever|nobody|somebody|none of (?:them|those|these)|(?<!there )(?:is|are) none|of which|what it is of|what is (?:told|said|heard))\b/gi

const LONGEST_SENTENCE = 30

/** The sentences of a paragraph. Code and links count as one word. */
const sentencesOf = (text: string): readonly string[] =>
  text
    .replaceAll(/`[^`]*`/g, 'code')
    .replaceAll(/\{@link [^}]*\}/g, 'link')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .split(/(?<=[.?!]["')*]*)\s+(?=\S)|\s\|\s/)

/** Nicknames that were given up for the words of decision 14. */
const nicknames = /\b(?:pursuits?|departures?|keepTrying|befalls?|stirred|armoury|wires)\b/gi

/** What is hard to read in a paragraph. */
export const complaintsOf = (text: string): readonly string[] => [
  ...[riddles, nicknames].flatMap(words => [...text.matchAll(words)]).map(([word]) => `'${word}'`),
  ...sentencesOf(text).flatMap(sentence => {
    const { length } = sentence.split(/\s+/).filter(word => /\w/.test(word))
    return length > LONGEST_SENTENCE ? [`${length} words: ${sentence.slice(0, 50)}…`] : []
  }),
]

const code = /\.[cm]?[jt]s$/

const sources = ['src', 'spec', 'docs/examples'].flatMap(folder =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => code.test(name) && !/node_modules|\.angular|dist/.test(name))
    .map(name => join(folder, name).replaceAll('\\', '/')),
)

const guides = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync('docs', { encoding: 'utf8' }).map(name => `docs/${name}`),
  ...readdirSync('docs/decisions', { encoding: 'utf8' }).map(name => `docs/decisions/${name}`),
]

export const texts: readonly string[] = [...sources, ...guides.filter(name => name.endsWith('.md'))]

/** The complaints about a file, each with its line. */
export const complaintsAbout = (file: string): readonly string[] => {
  const text = readFileSync(file, 'utf8')
  const isSpec = file.startsWith('spec/')
  const paragraphs = code.test(file)
    ? [...commentsIn(text), ...(isSpec ? titlesIn(text) : [])]
    : proseIn(text)
  return paragraphs.flatMap(paragraph =>
    complaintsOf(paragraph.text).map(complaint => `${file}:${paragraph.line} ${complaint}`),
  )
}
