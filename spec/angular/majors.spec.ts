import { readFileSync } from 'node:fs'
import { namesIn, rowsBelow } from '../docs/code'

interface Manifest {
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

const read = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest

describe('the majors of Angular', () => {
  it('that the package takes are those that the guide states and the consumers are tried with', () => {
    const [, from = NaN, below = NaN] = (
      /^>=(\d+) <(\d+)$/.exec(read('package.json').peerDependencies?.['@angular/core'] ?? '') ?? []
    ).map(Number)
    const taken = Array.from({ length: below - from }, (_, index) => String(from + index))
    const stated = rowsBelow('docs/angular.md', 'Supported').flatMap(([major]) => namesIn(major))
    const tried = Object.keys(read('spec/package/consumers/package.json').devDependencies ?? {})
      .filter(name => name.startsWith('angular-'))
      .map(name => name.slice('angular-'.length))
    expect(taken.length).toBeGreaterThan(0)
    expect([stated, tried]).toEqual([taken, taken])
  })
})
