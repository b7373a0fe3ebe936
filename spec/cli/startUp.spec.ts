import { join } from 'node:path'
import { buildSync } from 'esbuild'

/** What is loaded before a command is used: everything that is imported from the beginning. */
const loadedAtStart = (): readonly string[] => {
  const { metafile } = buildSync({
    entryPoints: [join(__dirname, '..', '..', 'src', 'cli', 'main.ts')],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    splitting: true,
    outdir: 'out',
    external: ['hyparquet', 'hyparquet-writer', 'papaparse', 'tsx'],
  })
  const { inputs } = metafile
  const seen = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    for (const { kind, path: next } of inputs[path]?.imports ?? []) if (kind !== 'dynamic-import') visit(next)
  }
  visit('src/cli/main.ts')
  return [...seen]
}

describe('the start of the command', () => {
  const loaded = loadedAtStart()

  it('loads commander, and none of the other packages', () => {
    const packages = loaded.flatMap(path => /node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(path)?.[1] ?? [])
    expect([...new Set(packages)].sort()).toEqual(['commander'])
  })

  it('loads neither the library nor a command', () => {
    const own = loaded.filter(path => path.startsWith('src/'))
    expect(own).toContain('src/cli/definitions.ts')
    expect(own).not.toContain('src/index.ts')
    expect(own.filter(path => /^src\/(orders|session|streams|simulator|connection)\//.test(path))).toEqual([])
    expect(own.filter(path => /^src\/cli\/(account|access|files|market|recording)\//.test(path))).toEqual([])
  })
})
