/**
 * `npm run api`: the public types, as they are built, are those of the reports in `spec/package/api`, one for each
 * entry point. `npm run api -- --local` writes the reports instead, for a review to see what has changed.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor'

const local = process.argv.includes('--local')
const root = process.cwd()
const checkedIn = join('spec', 'package', 'api')
const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-api-'))

/** Those of the CommonJS, which has the declarations. */
const typesOf = ({ node, default: target }) => (node?.default ?? target).types

const rankOf = ({ report }) => Number(report === 'testing.api.md') - Number(report === 'protocol.api.md')
const entryOf = report =>
  report === 'rx-ctrader.api.md' ? 'rx-ctrader' : `rx-ctrader/${report.slice(0, -'.api.md'.length)}`

const entries = Object.entries(JSON.parse(readFileSync('package.json', 'utf8')).exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([path, target]) => ({
    report: `${path === '.' ? 'rx-ctrader' : path.slice(2)}.api.md`,
    types: resolve(root, typesOf(target)),
  }))
  // The messages come first, and the testing kit last: entries pass on what is of those before them.
  .sort((a, b) => rankOf(a) - rankOf(b))

const configOf = ({ report, types }) =>
  ExtractorConfig.prepare({
    packageJsonFullPath: join(root, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: types,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'es2022',
            lib: ['es2022', 'dom'],
            types: ['node'],
            module: 'nodenext',
            strict: true,
            skipLibCheck: true,
          },
          files: [types],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: report,
        reportFolder: folder,
        reportTempFolder: join(folder, 'temp'),
        // A change of a type that has no public name can change those that have one.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        // There are no release tags. The build of the reference checks the text of comments. Types without a public
        // name are in the report, because of `includeForgottenExports`.
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  })

/** What the reports so far have told, and in which entry. */
const told = new Map()

/** The names that an entry exports one by one. Others it only passes on, as it did before. */
const namedIn = types =>
  new Set(
    [...readFileSync(types, 'utf8').matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names]) =>
      names.split(',').map(name => name.trim()),
    ),
  )

/** Without the notes on comments, which are no part of the types; and what an entry before has told as a name only. */
const bare = (report, types, entry) => {
  const named = namedIn(types)
  const again = new Map()
  const former = new Set()
  const blocks = report
    .replaceAll(/^ *\/\/ (@public.*|@internal.*|\(undocumented\)|\(No @packageDocumentation.*)\n/gm, '')
    .split('\n\n')
    .filter(block => {
      const [, exported, name] = /^(export )?(?:type|interface|const|class|function) (\w+)/.exec(block) ?? []
      const plain = block.replace(/^export /, '')
      const before = told.get(plain)
      if (before === undefined) told.set(plain, entry)
      if (before === undefined || name === undefined) return true
      if (exported && named.has(name)) again.set(before, new Set(again.get(before)).add(name))
      else if (exported) former.add(before)
      return false
    })
  const passedOn = [
    ...[...again].map(([other, names]) => `export { ${[...names].join(', ')} } from '${other}';`),
    ...[...former].map(other => `// deprecated\nexport * from '${other}';`),
  ]
  const end = blocks.at(-1)
  return [...blocks.slice(0, -1), ...passedOn, end].join('\n\n')
}

/** Only what goes wrong: the rest is said below. */
const messageCallback = message => {
  message.handled = message.logLevel !== 'error'
}

const [first, ...others] = entries.map(configOf)
const compilerState = CompilerState.create(first, {
  additionalEntryPoints: others.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath),
})

try {
  for (const config of [first, ...others]) {
    const { errorCount } = Extractor.invoke(config, { localBuild: true, compilerState, messageCallback })
    if (errorCount > 0) process.exitCode = 1
    const name = config.reportFilePath.split(/[\\/]/).at(-1)
    const pinned = join(checkedIn, name)
    const built = join(folder, name)
    const report = bare(readFileSync(built, 'utf8'), config.mainEntryPointFilePath, entryOf(name))
    writeFileSync(built, report)
    const before = existsSync(pinned) ? readFileSync(pinned, 'utf8') : ''
    if (before === report) {
      console.log(`api: ${name} as it is pinned`)
    } else if (local) {
      writeFileSync(pinned, report)
      console.log(`api: ${name} written`)
    } else {
      process.exitCode = 1
      console.error(
        `api: ${name} has changed; if it is to, "npm run build && npm run api -- --local" pins it:`,
      )
      spawnSync('git', ['diff', '--no-index', '--', before ? pinned : '/dev/null', built], {
        stdio: 'inherit',
      })
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
