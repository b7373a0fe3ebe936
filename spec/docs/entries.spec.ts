import { readFileSync } from 'node:fs'

const textOf = (path: string): string => readFileSync(path, 'utf8')

interface Manifest {
  readonly exports: Readonly<Record<string, object | string>>
  readonly typesVersions: { readonly '*': Readonly<Record<string, readonly string[]>> }
}
const { exports, typesVersions } = JSON.parse(textOf('package.json')) as Manifest

const subpaths = Object.entries(exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([path]) => path.slice(2))
  .filter(path => path !== '')

describe('the entries of the package', () => {
  it('are told of in the README', () => {
    const told = [...textOf('README.md').matchAll(/^\| `(rx-ctrader[^`]*)` +\|/gm)].map(([, name]) => name)
    expect(told.sort()).toEqual(['rx-ctrader', ...subpaths.map(name => `rx-ctrader/${name}`)].sort())
  })

  it.each(subpaths)('have %s wherever entries are listed', name => {
    const index = `src/${name}/index.ts`
    expect(typesVersions['*'][name]).toEqual([`./dist/types/${name}/index.d.ts`])
    expect(textOf('tsconfig.json')).toContain(`"rx-ctrader/${name}": ["./${index}"]`)
    expect(textOf('typedoc.json')).toContain(`"${index}"`)
    expect(/src\/\{(.*?)\}\/index\.ts/.exec(textOf('knip.json'))?.[1]?.split(',')).toContain(name)
    expect(/rx-ctrader\/\((.*?)\)/.exec(textOf('jest.config.mjs'))?.[1]?.split('|')).toContain(name)
    expect(textOf('docs/architecture.md')).toContain(`\`rx-ctrader/${name}\``)
  })

  it('give bundlers the ES modules before anything else, and each condition its types', () => {
    for (const [path, target] of Object.entries(exports)) {
      if (typeof target === 'string') continue
      expect([path, Object.keys(target)[0]]).toEqual([path, 'module'])
      const leaves = JSON.stringify(target).match(/\{"types":"[^"]*","default":"[^"]*"\}/g) ?? []
      expect(leaves.length).toBeGreaterThanOrEqual(3)
    }
  })
})
