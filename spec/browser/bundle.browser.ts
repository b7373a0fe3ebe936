import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Stats {
  readonly inputs: Readonly<Record<string, unknown>>
}

const inputs = (): readonly string[] => {
  const stats = JSON.parse(
    readFileSync(join(process.env['TERMINAL_FOLDER'] ?? '', 'stats.json'), 'utf8'),
  ) as Stats
  return Object.keys(stats.inputs)
}

/** The folders that a package is bundled from. */
const foldersOf = (name: string): ReadonlySet<string> => {
  const folder = `node_modules/${name}/`
  return new Set(
    inputs()
      .filter(path => path.includes(folder))
      .map(path => path.slice(0, path.indexOf(folder) + folder.length)),
  )
}

describe('the build of the terminal', () => {
  it('has no warnings', () => {
    expect(process.env['TERMINAL_BUILD']).toContain('Application bundle generation complete')
    expect(process.env['TERMINAL_BUILD']).not.toMatch(/warning/i)
  })

  it.each(['rxjs', 'fp-ts', '@angular/core'])('has %s once', name => {
    expect(foldersOf(name).size).toBe(1)
  })

  it('has nothing that is for Node', () => {
    expect(inputs().filter(path => /node:|src\/node\/|node_modules\/ws\//.test(path))).toEqual([])
  })
})
