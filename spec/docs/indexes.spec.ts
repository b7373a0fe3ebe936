import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { documents, namesIn, rowsBelow } from './code'

const textOf = (document: string): string => readFileSync(document, 'utf8')

/** What a document leads to, by the path that stands there. */
const linksIn = (document: string): readonly string[] =>
  [...textOf(document).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path)

const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Readonly<Record<string, string>> }

describe('the indexes of the documents', () => {
  it('lead to every guide', () => {
    const guides = readdirSync('docs').filter(name => name.endsWith('.md') && name !== 'README.md')
    expect(linksIn('docs/README.md')).toEqual(expect.arrayContaining(guides))
  })

  it('lead to every decision, by its own title and in order', () => {
    const decisions = readdirSync('docs/decisions').filter(name => /^\d/.test(name))
    expect(linksIn('docs/decisions/README.md')).toEqual(decisions)
    for (const name of decisions) {
      const [, title = ''] = /^# \d+\. (.*)$/m.exec(textOf(`docs/decisions/${name}`)) ?? []
      expect(textOf('docs/decisions/README.md')).toContain(`[${title}](${name})`)
    }
  })

  it('have every folder of the sources, in what says how they are made', () => {
    const folders = readdirSync('src', { withFileTypes: true }).filter(entry => entry.isDirectory())
    const listed = rowsBelow('docs/architecture.md', 'The folders').map(([cell]) => namesIn(cell)[0])
    expect(listed).toEqual(expect.arrayContaining(folders.map(({ name }) => `src/${name}`)))
  })

  it('have every room of the sources, in what says how they are made', () => {
    const floors = /const rooms = (\{.*?\n\})/s.exec(textOf('.dependency-cruiser.cjs'))?.[1] ?? '{}'
    const rooms = [...floors.matchAll(/(\w+): \[([^\]]*)\]/g)].flatMap(([, folder = '', names = '']) =>
      [...names.matchAll(/'([^']+)'/g)].map(([, name = '']) => `${folder}/${name}`),
    )
    expect(rooms.length).toBeGreaterThan(30)
    const told = rowsBelow('docs/architecture.md', 'The folders')
      .filter(([cell = '']) => !cell.includes('src/'))
      .flatMap(([cell, about]) => {
        const [room = ''] = namesIn(cell)
        // The rooms of a room are named beside it.
        return [room, ...namesIn(about).map(name => `${room}/${name}`)]
      })
    const isTold = (room: string): boolean => room.startsWith('testing/') || told.includes(room)
    expect(rooms.filter(room => !isTold(room))).toEqual([])
  })

  it('name files to change that there are', () => {
    const rows = rowsBelow('CONTRIBUTING.md', 'Where to change what')
    expect(rows.length).toBeGreaterThanOrEqual(10)
    const paths = rows.flatMap(([file]) => namesIn(file))
    expect(paths.filter(path => !existsSync(path))).toEqual([])
  })

  it('have every folder of the specs that are not those of a part of the sources', () => {
    const parts = [...readdirSync('src'), 'docs', 'examples']
    const listed = rowsBelow('CONTRIBUTING.md', 'Where things are').map(([cell]) => namesIn(cell)[0])
    const folders = readdirSync('spec', { withFileTypes: true }).filter(entry => entry.isDirectory())
    const others = folders.map(({ name }) => name).filter(name => !parts.includes(name))
    expect(listed).toEqual(expect.arrayContaining(others.map(name => `spec/${name}`)))
  })
})

describe('the commands', () => {
  const ofNpm: ReadonlySet<string> = new Set(['start', 'test', 'prepack'])

  it('are all told of', () => {
    const told = textOf('CONTRIBUTING.md')
    const names = Object.keys(scripts).map(name => (ofNpm.has(name) ? `npm ${name}` : `npm run ${name}`))
    expect(names.filter(name => name !== 'npm prepack' && !told.includes(`\`${name}`))).toEqual([])
  })

  it('that the test of everything is said to leave out are not in it', () => {
    const [, left = ''] = /^`npm test` runs .* It leaves out (.*)$/m.exec(textOf('CONTRIBUTING.md')) ?? []
    const leftOut = namesIn(left).map(command => command.replace(/^npm (run )?/, ''))
    expect(leftOut).toContain('mutate')
    const checks = textOf('spec/package/check.mjs')
    expect(leftOut.filter(name => checks.includes(`name: '${name}'`))).toEqual([])
    expect(checks).toContain("name: 'typecheck'")
  })

  it.each(documents)('that %s tells of are there', document => {
    const told = [...textOf(document).matchAll(/\bnpm run ([\w:]+)/g)].map(([, name = '']) => name)
    expect(told.filter(name => !(name in scripts))).toEqual([])
  })
})

describe('the numbers of runs that can be asked for', () => {
  it('are all told of', () => {
    const specs = readdirSync('spec', { recursive: true, encoding: 'utf8' }).filter(
      name => name.endsWith('.spec.ts') && !name.includes('node_modules'),
    )
    const asked = specs.flatMap(name =>
      [...textOf(`spec/${name}`).matchAll(/process\.env\['(\w+_(?:RUNS|SEED))'\]/g)].map(
        ([, variable = '']) => variable,
      ),
    )
    expect(asked.length).toBeGreaterThan(10)
    const told = textOf('CONTRIBUTING.md')
    expect(asked.filter(variable => !told.includes(variable))).toEqual([])
  })
})
