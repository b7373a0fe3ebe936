import { readFileSync } from 'node:fs'
import ts from 'typescript'

const declaration = (path: string, name: string): ts.Node => {
  const { statements } = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  const found = statements.find(
    statement =>
      (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement)) &&
      statement.name.text === name,
  )
  if (!found) throw new Error(`${path} declares no type ${name}`)
  return found
}

const within = (node: ts.Node): readonly ts.Node[] => {
  const inside: ts.Node[] = []
  node.forEachChild(child => {
    inside.push(child, ...within(child))
  })
  return inside
}

const textOf = (type: ts.Node | undefined): string | undefined =>
  type && ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? type.literal.text : undefined

/** The texts a type of a source consists of: what its values may be. */
export const textsOf = (path: string, name: string): readonly string[] =>
  within(declaration(path, name)).flatMap(node => textOf(node) ?? [])

const named = ({ name, questionToken }: ts.PropertySignature): string =>
  `${name.getText()}${questionToken ? '?' : ''}`

/** The fields of an interface of a source, with `?` after those that may be absent. */
export const fieldsOf = (path: string, name: string): readonly string[] => {
  const found = declaration(path, name)
  return ts.isInterfaceDeclaration(found) ? found.members.filter(ts.isPropertySignature).map(named) : []
}

/** The same, with those of the interfaces of the same source that it extends. */
export const allFieldsOf = (path: string, name: string): readonly string[] => {
  const found = declaration(path, name)
  const extended = ts.isInterfaceDeclaration(found)
    ? (found.heritageClauses ?? []).flatMap(({ types }) =>
        types.map(({ expression }) => expression.getText()),
      )
    : []
  return [...new Set([...extended.flatMap(one => allFieldsOf(path, one)), ...fieldsOf(path, name)])]
}

/** The members of a union of a source by what tells them apart, each with its other fields. */
export const variantsOf = (
  path: string,
  name: string,
  discriminant: string,
): ReadonlyMap<string, readonly string[]> =>
  new Map(
    within(declaration(path, name))
      .filter(ts.isTypeLiteralNode)
      .map(({ members }) => {
        const fields = members.filter(ts.isPropertySignature)
        const by = fields.find(field => named(field) === discriminant)
        return [textOf(by?.type) ?? '', fields.filter(field => field !== by).map(named)] as const
      }),
  )
