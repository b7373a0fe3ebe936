import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** Words that are neither verbs nor things, at the end of a name. */
const preposition = /(?<=[a-z])(?:Of|On|In|At|For|By|From|Over|After|Until|Since|Within|Around|Along)$/

/** One word that says how something is, or what it is doing. With a noun after it, as in `pendingOrders`, it is fine. */
const participle = /^[a-z]+(?:ed|ing)$/

/** A question may end as it does in English: `isIn`. A verb may consist of two words: `passOn`. */
const usual = /^(?:is|has)[A-Z]|^(?:passOn|indexBy|string)$/

/** The official names and the former ones are as they are. */
const exempt = /^src\/(?:.*formerNames\.ts|protocol\/messages\/)/

/** Whether the name of a function is hard to guess: a bare participle, or a preposition at its end. */
export const isRiddle = (name: string): boolean =>
  !usual.test(name) && (preposition.test(name) || participle.test(name))

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)

const isDeprecated = (node: ts.Node): boolean => ts.getJSDocDeprecatedTag(node) !== undefined

const isFunction = ({ initializer }: ts.VariableDeclaration): boolean =>
  initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isCallExpression(initializer))

/** The functions that a source exports, by name. Deprecated ones are left out. */
export const exportedFunctions = (text: string): readonly string[] =>
  ts
    .createSourceFile('', text, ts.ScriptTarget.Latest, true)
    .statements.filter(node => isExported(node) && !isDeprecated(node))
    .flatMap(node => {
      if (ts.isFunctionDeclaration(node)) return node.name ? [node.name.text] : []
      if (!ts.isVariableStatement(node)) return []
      return node.declarationList.declarations.flatMap(declaration =>
        ts.isIdentifier(declaration.name) && isFunction(declaration) ? [declaration.name.text] : [],
      )
    })

/** The riddles among the exported functions of `src`, each with its file. */
export const riddles = (): readonly string[] =>
  readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map(name => join('src', name).replaceAll('\\', '/'))
    .filter(file => file.endsWith('.ts') && !exempt.test(file))
    .flatMap(file =>
      exportedFunctions(readFileSync(file, 'utf8'))
        .filter(isRiddle)
        .map(name => `${file} ${name}`),
    )
