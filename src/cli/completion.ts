import { of } from 'rxjs'
import type { CommonOptions, Definition, Run } from './definition'
import { Mistake, result } from './outcome'
import { allFlags } from './program'

/** The long option in flags such as `-o, --output <file>`. */
const longOption = (flags: string): string => /--[\w-]+/.exec(flags)?.[0] ?? ''

const options = (definition: Definition): readonly string[] => [
  ...allFlags(definition).map(({ flags }) => longOption(flags)),
  '--help',
]

const bash = (definitions: readonly Definition[]): string => `_rx_ctrader() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${definitions.map(({ name }) => name).join(' ')} --help --version"
  else
    case "\${COMP_WORDS[1]}" in
${definitions.map(one => `      ${one.name}) words="${options(one).join(' ')}" ;;`).join('\n')}
    esac
  fi
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
    *) if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "$words" -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi ;;
  esac
}
complete -F _rx_ctrader rx-ctrader`

/** Texts stand in single quotes. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

const zsh = (definitions: readonly Definition[]): string => `#compdef rx-ctrader
_rx_ctrader() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${definitions.map(({ name, summary }) => `      ${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`).join('\n')}
    )
    _describe command commands
  elif [[ $words[CURRENT] == -* ]]; then
    case $words[2] in
${definitions.map(one => `      ${one.name}) compadd -- ${options(one).join(' ')} ;;`).join('\n')}
    esac
  else
    _files
  fi
}
if [ "$funcstack[1]" = "_rx_ctrader" ]; then _rx_ctrader "$@"; else compdef _rx_ctrader rx-ctrader; fi`

/** A backslash and a quote are special in fish. */
const fishQuoted = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`

const fish = (definitions: readonly Definition[]): string =>
  definitions
    .flatMap(one => [
      `complete -c rx-ctrader -n __fish_use_subcommand -a ${one.name} -d ${fishQuoted(one.summary)}`,
      ...allFlags(one).map(
        ({ flags, text }) =>
          `complete -c rx-ctrader -n '__fish_seen_subcommand_from ${one.name}' -l ${longOption(flags).slice(2)} -d ${fishQuoted(text)}`,
      ),
    ])
    .join('\n')

const shells: Readonly<Record<string, (definitions: readonly Definition[]) => string>> = { bash, zsh, fish }

/** Writes the completion for a shell. */
export const completion =
  (definitions: readonly Definition[]): Run<CommonOptions> =>
  ([shell = '']) => {
    const script = shells[shell]
    if (!script)
      throw new Mistake(`There is completion for ${Object.keys(shells).join(', ')}, and not for ${shell}.`)
    const text = script(definitions)
    return of(result({ shell, script: text }, text))
  }
