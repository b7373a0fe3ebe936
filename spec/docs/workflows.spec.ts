import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const WORKFLOWS = '.github/workflows'

const textOf = (path: string): string => readFileSync(path, 'utf8')

const { engines, scripts } = JSON.parse(textOf('package.json')) as {
  readonly engines: { readonly node: string }
  readonly scripts: Readonly<Record<string, string>>
}

/** The commands that a workflow runs. */
const commandsOf = (workflow: string): readonly string[] =>
  [...textOf(join(WORKFLOWS, workflow)).matchAll(/^ +(?:- )?run: (.+)$/gm)].map(([, command = '']) => command)

/** The numbers of a list in brackets. */
const numbersIn = (list = ''): readonly number[] => list.split(',').map(Number)

describe('the workflows', () => {
  const workflows = readdirSync(WORKFLOWS)
  const test = textOf(join(WORKFLOWS, 'test.yml'))

  it('run the commands of the README', () => {
    const shown = [...textOf('README.md').matchAll(/^npm ci && (npm (?:start|test))$/gm)].map(
      ([, command = '']) => command,
    )
    expect(shown).toEqual(['npm start', 'npm test'])
    const commands = commandsOf('test.yml').filter(command => command.startsWith('npm '))
    expect(commands[0]).toBe('npm ci')
    // Of its own accord `npm start` goes on for ever.
    expect(commands.slice(1)).toEqual(['npm start -- --seconds 5', 'npm test'])
  })

  it('try every release of Node that the package is tried with, on three systems (F9)', () => {
    const tried = numbersIn(/node: \[(.*)\]/.exec(test)?.[1])
    expect(tried).toEqual(numbersIn(/installOthers\(\[(.*)\]\)/.exec(textOf('spec/package/smoke.mjs'))?.[1]))
    expect(engines.node).toMatch(new RegExp(`^>=${String(tried[0])}\\.`))
    expect(test).toContain('os: [ubuntu-latest, macos-latest, windows-latest]')
  })

  it.each(workflows)('need no secret, and run scripts that there are: %s', workflow => {
    expect(textOf(join(WORKFLOWS, workflow))).not.toMatch(/secrets\.|_TOKEN/)
    const run = commandsOf(workflow).flatMap(command =>
      [...command.matchAll(/\bnpm run ([\w:]+)/g)].map(([, name = '']) => name),
    )
    expect(run.filter(name => !(name in scripts))).toEqual([])
  })

  it('publish what the tests have passed, with a statement of its origin', () => {
    const commands = commandsOf('release.yml')
    const publish = commands.findIndex(command => command.startsWith('npm publish'))
    expect(commands[publish]).toContain('--provenance')
    expect(commands.slice(0, publish)).toContain('npm test')
    expect(textOf(join(WORKFLOWS, 'release.yml'))).toContain('id-token: write')
  })
})
