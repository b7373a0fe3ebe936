import { definitions } from '../../src/cli/definitions'
import { createProgram } from '../../src/cli/program'

/** The width of the help in the guide. */
const WIDTH = 100

const helpText = (args: readonly string[]): string => {
  let text = ''
  const write = (part: string): void => {
    text += part
  }
  const terminal = { out: write, err: write, size: () => ({ columns: WIDTH, rows: 50 }) }
  try {
    createProgram(definitions, terminal, () => undefined).parse([...args, '--help'], { from: 'user' })
  } catch {
    // Commander ends the help with an error.
  }
  return text.trimEnd()
}

/** The part of the guide that is made of the help of the commands. */
export const commandHelp = (): string =>
  definitions.map(({ name }) => `### ${name}\n\n\`\`\`text\n${helpText([name])}\n\`\`\`\n`).join('\n')
