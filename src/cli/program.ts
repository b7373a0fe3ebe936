import { Command, InvalidArgumentError, Option } from 'commander'
import type { Definition, Flag } from './definition'
import { Mistake } from './outcome'
import { serverUrl } from './read'
import type { Terminal } from './terminal'
import { version } from './version'

const common: readonly Flag[] = [
  { flags: '--json', text: 'write JSON: one value for what ends, a line each for what goes on' },
  { flags: '--quiet', text: 'write results only' },
  { flags: '--log', text: 'tell on standard error what the client does' },
  { flags: '--no-color', text: 'write without colours, as with the variable NO_COLOR' },
]

const session: readonly Flag[] = [
  { flags: '--credentials <file>', text: 'use this file instead of credentials.json' },
  { flags: '--account <number>', text: 'use another account of the same grant: its id or its login' },
  {
    flags: '--server <url>',
    text: "connect to another server than cTrader's, such as a simulator",
    read: serverUrl,
  },
  { flags: '--allow-insecure', text: 'allow ws:// to another machine' },
]

/** The flags of a command, those of all commands last. */
export const allFlags = ({ flags = [], isSession }: Definition): readonly Flag[] => [
  ...flags,
  ...(isSession ? session : []),
  ...common,
]

const optionFrom = ({ flags, text, read, isMany, isRequired = false }: Flag): Option => {
  const option = new Option(flags, text).makeOptionMandatory(isRequired)
  const parse = (value: string): unknown => {
    try {
      return read ? read(value) : value
    } catch (error) {
      if (error instanceof Mistake) throw new InvalidArgumentError(`It ${error.message}.`)
      throw error
    }
  }
  if (isMany)
    option.argParser((value: string, before: readonly unknown[] | undefined) => [
      ...(before ?? []),
      parse(value),
    ])
  else if (read) option.argParser(parse)
  return option
}

/** The two command lines below the help of a command. */
const examplesText = (examples: Definition['examples']): string => {
  const width = Math.max(...examples.map(([line]) => line.length))
  const lines = examples.map(([line, what]) =>
    width > 50 ? `  # ${what}\n  rx-ctrader ${line}` : `  rx-ctrader ${line.padEnd(width)}  # ${what}`,
  )
  return ['', 'Examples:', ...lines].join('\n')
}

/** A command line that was understood. */
export interface Asked {
  readonly definition: Definition
  readonly args: readonly string[]
  readonly options: object
}

/** The commands for commander. `onCommand` is called with the one that was asked for. */
export const createProgram = (
  definitions: readonly Definition[],
  { out, err, size }: Pick<Terminal, 'out' | 'err' | 'size'>,
  onCommand: (asked: Asked) => void,
): Command => {
  const output = {
    writeOut: out,
    writeErr: err,
    getOutHelpWidth: () => Math.min(size()?.columns ?? 100, 120),
    getErrHelpWidth: () => 100,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  }
  const program = new Command('rx-ctrader')
    .configureOutput(output)
    .configureHelp({ minWidthToWrap: 20 })
    .exitOverride()
    .description('The cTrader Open API on the command line: quotes, files and orders.')
    .version(version(), '-V, --version', 'write the version')
    .helpOption('-h, --help', 'explain how it is used')
    .helpCommand('help [command]', 'explain a command')
    .addHelpText('after', '\nrx-ctrader COMMAND --help explains a command.')
    .showHelpAfterError('rx-ctrader --help lists the commands.')
  for (const definition of definitions) {
    const { name, args, summary, examples } = definition
    const command = program
      .command(args === undefined ? name : `${name} ${args}`)
      .description(summary)
      .helpOption('-h, --help', 'explain how it is used')
      .addHelpText('after', examplesText(examples))
      .showHelpAfterError(`rx-ctrader ${name} --help explains it.`)
    for (const flag of allFlags(definition)) command.addOption(optionFrom(flag))
    command.action(() => {
      onCommand({ definition, args: command.args, options: command.opts() })
    })
  }
  return program
}
