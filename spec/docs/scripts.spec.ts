import { readFileSync } from 'node:fs'

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
}

describe('the scripts of the package', () => {
  const programs = [
    'depcruise',
    'eslint',
    'jest',
    'knip',
    'node',
    'npm',
    'prettier',
    'remark',
    'tsc',
    'typedoc',
  ]

  it.each(Object.entries(scripts))(
    'have no words of a shell in them, so that Windows knows them: %s (F9)',
    (_, script) => {
      const commands = script.split(' && ')
      const strange = commands.filter(command => !programs.includes(command.split(' ')[0] ?? ''))
      expect(strange).toEqual([])
      // What a shell would make of it; in quotes it is left alone.
      expect(script.replaceAll(/"[^"]*"/g, '').replaceAll(' && ', ' ')).not.toMatch(/[$;|&<>`']/)
    },
  )
})
