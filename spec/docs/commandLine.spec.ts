import { readFileSync } from 'node:fs'
import { exitCodes } from '../../src/cli/outcome'
import { commandHelp } from './commandHelp'

const GUIDE = 'docs/command-line.md'

describe('the guide to the command line', () => {
  it('has the help of each command, as the command writes it', () => {
    const [, help] = readFileSync(GUIDE, 'utf8').split('## All commands\n\n')
    expect(help).toBe(commandHelp())
  })

  it('has the exit codes', () => {
    const codes = [...readFileSync(GUIDE, 'utf8').matchAll(/^\| (\d) +\|/gm)].map(([, code]) => Number(code))
    expect(codes).toEqual(Object.values(exitCodes))
  })
})
