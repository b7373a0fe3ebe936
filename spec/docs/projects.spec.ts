import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const textOf = (path: string): string => readFileSync(path, 'utf8')

describe('the projects of the specs', () => {
  it('have those that start processes in one, and no others', () => {
    const [, list = ''] = /const processes = \[([^\]]*)\]/.exec(textOf('jest.config.mjs')) ?? []
    const listed = [...list.matchAll(/'(.+)'/g)].map(([, name = '']) => `${name}.spec.ts`)
    const starting = readdirSync('spec', { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.spec.ts') && !name.includes('node_modules'))
      .filter(name =>
        /^import .* from '(node:child_process|.*\/processes\/start|\.\.?\/program)'$/m.test(
          textOf(join('spec', name)),
        ),
      )
      .map(name => name.replaceAll('\\', '/'))
    expect(listed.sort()).toEqual(starting.sort())
  })
})
