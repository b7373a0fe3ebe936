import { execFileSync } from 'node:child_process'
import { commandLine } from '../support/commandLine'
import type { CommandLine } from '../support/commandLine'
import { startCommand } from './program'

jest.setTimeout(60_000)

let line: CommandLine
beforeAll(async () => {
  line = await commandLine()
})
afterAll(() => {
  line.close()
})

const here = () => ({ cwd: line.folder })

describe('the command as a process', () => {
  it('explains itself with 0, and what is wrong with 2', async () => {
    const [asked, mistaken] = [startCommand(['--help']), startCommand(['quots'])]
    expect(await Promise.all([asked.exitCode, mistaken.exitCode])).toEqual([0, 2])
    expect(asked.out()).toMatch(/^Usage: rx-ctrader/)
    expect(mistaken.err()).toContain('Did you mean quotes?')
  })

  it('finds the credentials in its folder, and ends by itself', async () => {
    const one = startCommand(['symbols', 'eurusd'], here())
    expect(await one.exitCode).toBe(0)
    expect(one.out()).toContain('Euro vs US Dollar')
  })

  it('ends well when the reader of its output has left', async () => {
    const one = startCommand(['quotes', 'BTCUSD', 'EURUSD'], here())
    await one.until(text => text.includes('USD'))
    one.child.stdout.destroy()
    expect(await one.exitCode).toBe(0)
    expect(one.err()).toBe('')
  })
})

describe('the completion', () => {
  it('completes commands and options in bash', async () => {
    const written = startCommand(['completion', 'bash'])
    expect(await written.exitCode).toBe(0)
    const complete = (...words: readonly string[]): string[] => {
      const line = words.map(word => `'${word}'`).join(' ')
      const script = `${written.out()}\nCOMP_WORDS=(rx-ctrader ${line}); COMP_CWORD=${words.length}; _rx_ctrader; echo "\${COMPREPLY[@]}"`
      return execFileSync('bash', ['-c', script]).toString().trim().split(' ')
    }
    expect(complete('quo')).toEqual(['quotes'])
    expect(complete('export', '--fo')).toEqual(['--force'])
  })

  it.each([
    ['zsh', /#compdef rx-ctrader[^]*quotes:show live quotes/],
    ['fish', /complete -c rx-ctrader -n __fish_use_subcommand -a quotes/],
  ])('is there for %s', async (shell, words) => {
    const written = startCommand(['completion', shell])
    expect(await written.exitCode).toBe(0)
    expect(written.out()).toMatch(words)
  })

  it('names the shells that it knows', async () => {
    const written = startCommand(['completion', 'csh'])
    expect(await written.exitCode).toBe(2)
    expect(written.err()).toContain('bash, zsh, fish')
  })
})
