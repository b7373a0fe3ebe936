import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'

const configured = ts.parseJsonConfigFileContent(
  ts.readConfigFile('tsconfig.json', path => ts.sys.readFile(path)).config,
  ts.sys,
  process.cwd(),
)

/** What an example may take as given: names that say what they are. */
const given = `
import type { Observable } from 'rxjs'
import type {
  Account, Client, Connect, Environment, Journal, Link, Message, ProtoOADepthEvent, ProtoOASpotEvent, Quote, Tick,
} from 'rx-ctrader'
import type { Gateway, GatewayOptions } from 'rx-ctrader/gateway'
import type { MarbleBroker, Marbles } from 'rx-ctrader/testing'
import type { Peer } from 'rx-ctrader/simulator'
import type { NatsConnection } from '@nats-io/nats-core'
declare global {
  const client: Client
  const account: Account
  const broker: MarbleBroker
  const gateway: Gateway
  const peer: Peer
  const application: GatewayOptions['application']
  const grants: GatewayOptions['grants']
  const authenticate: GatewayOptions['authenticate']
  const entitle: GatewayOptions['entitle']
  const expectRequests: Marbles['expectRequests']
  const link: Link
  const connect: Connect
  const journal: Journal
  const nc: NatsConnection
  const clientId: string
  const clientSecret: string
  const accessToken: string
  const accountId: number
  const orderId: number
  const positionId: number
  const from: number
  const to: number
  const message$: Observable<Message>
  const quote$: Observable<Quote>
  const tick$: Observable<Tick>
  const spotEvent$: Observable<ProtoOASpotEvent>
  const depthEvent$: Observable<ProtoOADepthEvent>
}
`

/** They are given, and not imported from where there is something of that name. */
const givenNames = new Set([...given.matchAll(/const (\w+\$?):/g)].map(([, name = '']) => name))

const modules = [
  'rx-ctrader',
  'rx-ctrader/protocol',
  'rx-ctrader/simulator',
  'rx-ctrader/testing',
  'rx-ctrader/recording',
  'rx-ctrader/backtest',
  'rx-ctrader/gateway',
  'rx-ctrader/nats',
  'rx-ctrader/opentelemetry',
  'rx-ctrader/node',
  'rx-ctrader/angular',
  'rxjs',
  'node:fs',
  '@angular/core',
  '@nats-io/transport-node',
  '@opentelemetry/api',
  '@angular/core/rxjs-interop',
]

export interface Example {
  readonly file: string
  readonly where: string
  readonly code: string
}

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => join('src', name))

export const examples = sources.flatMap((file): Example[] => {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/^( *) \* ```ts\n([\s\S]*?)^ *\* ```$/gm)].map(({ index, 2: block = '' }) => ({
    file,
    where: `${file}:${text.slice(0, index).split('\n').length}`,
    code: block.replaceAll(/^ *\* ?/gm, ''),
  }))
})

const folder = resolve('docs/examples')
const givenFile = join(folder, 'given.ts')
const virtual = new Map([
  [givenFile, given + modules.map((name, index) => `import * as m${index} from '${name}'`).join('\n')],
])

const options: ts.CompilerOptions = {
  ...configured.options,
  noUnusedLocals: false,
  noUnusedParameters: false,
}
const disk = ts.createCompilerHost(options)
const parsed = new Map<string, ts.SourceFile | undefined>()
const host: ts.CompilerHost = {
  ...disk,
  fileExists: path => virtual.has(path) || disk.fileExists(path),
  readFile: path => virtual.get(path) ?? disk.readFile(path),
  getSourceFile: (path, target) => {
    if (!parsed.has(path)) {
      const text = virtual.get(path)
      parsed.set(
        path,
        text === undefined ? disk.getSourceFile(path, target) : ts.createSourceFile(path, text, target, true),
      )
    }
    return parsed.get(path)
  },
}

const known = ts.createProgram([givenFile], options, host)

/** Which module each name is from; those of ours come before RxJS's. */
const homes = new Map<string, string>()
for (const statement of known.getSourceFile(givenFile)?.statements ?? []) {
  if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue
  const checker = known.getTypeChecker()
  const module = checker.getSymbolAtLocation(statement.moduleSpecifier)
  for (const { name } of module ? checker.getExportsOfModule(module) : [])
    if (!homes.has(name)) homes.set(name, statement.moduleSpecifier.text)
}

/** What a file exports: an example of what is not public takes it from there. */
const exportedBy = (file: string): ReadonlySet<string> =>
  new Set(
    [...readFileSync(file, 'utf8').matchAll(/^export (?:const|type|interface) (\w+\$?)/gm)].map(
      ([, name = '']) => name,
    ),
  )

/** The example as a reader would complete it: what it names and does not declare is imported. */
const completed = ({ code, file }: Example): string => {
  const parsedCode = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true)
  const own = exportedBy(file)
  const used = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) used.add(node.text)
    ts.forEachChild(node, visit)
  }
  visit(parsedCode)
  const declared = new Set(
    parsedCode.statements.flatMap(statement =>
      ts.isVariableStatement(statement)
        ? statement.declarationList.declarations.map(({ name }) => name.getText())
        : ts.isImportDeclaration(statement)
          ? [...statement.getText().matchAll(/\w+/g)].map(([name]) => name)
          : [],
    ),
  )
  const imports = [...used].flatMap(name => {
    if (declared.has(name) || givenNames.has(name)) return []
    const home = own.has(name) ? resolve(file).replace(/\.ts$/, '') : homes.get(name)
    return home === undefined ? [] : [`import { ${name} } from '${home}'`]
  })
  return [...imports, 'export {}', code].join('\n')
}

const fileOf = (index: number): string => join(folder, `docstring-${index}.ts`)

for (const [index, example] of examples.entries()) virtual.set(fileOf(index), completed(example))

const program = ts.createProgram(
  [givenFile, ...examples.map((_, index) => fileOf(index))],
  { ...options, verbatimModuleSyntax: false, isolatedModules: false },
  host,
)

/** What the compiler says of an example. */
export const faultsOf = (example: Example): readonly string[] => {
  const file = program.getSourceFile(fileOf(examples.indexOf(example)))
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
  )
}

export interface PublicName {
  readonly name: string
  readonly doc: string
  /** What a function returns, as the compiler writes it; absent of what is no function. */
  readonly returns?: string
}

const checker = program.getTypeChecker()

/** All that can be imported, with its docstring. */
export const publicNames: readonly PublicName[] = (
  program.getSourceFile(givenFile)?.statements ?? []
).flatMap(statement => {
  if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return []
  if (!statement.moduleSpecifier.text.startsWith('rx-ctrader')) return []
  const module = checker.getSymbolAtLocation(statement.moduleSpecifier)
  return (module ? checker.getExportsOfModule(module) : []).flatMap((exported): PublicName[] => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
    // A former name says the new one, whose docstring says the rest.
    if (symbol.getJsDocTags(checker).some(tag => tag.name === 'deprecated')) return []
    const { name } = exported
    const doc = ts.displayPartsToString(symbol.getDocumentationComment(checker))
    const { valueDeclaration } = symbol
    const [signature] = valueDeclaration
      ? checker.getTypeOfSymbolAtLocation(symbol, valueDeclaration).getCallSignatures()
      : []
    return [
      signature ? { name, doc, returns: checker.typeToString(signature.getReturnType()) } : { name, doc },
    ]
  })
})

/** What a reader is told of a field of a message, where it is used. */
export const fieldDoc = (message: string, field: string): string | undefined => {
  const entry = program.getSourceFile(resolve('src/index.ts'))
  const module = entry && checker.getSymbolAtLocation(entry)
  const exported = module && checker.getExportsOfModule(module).find(({ name }) => name === message)
  const type = exported && checker.getDeclaredTypeOfSymbol(checker.getAliasedSymbol(exported))
  const property = type?.getProperty(field)
  return property && ts.displayPartsToString(property.getDocumentationComment(checker))
}
