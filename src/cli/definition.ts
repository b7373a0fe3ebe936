import type { Observable } from 'rxjs'
import type { Colours } from './output/colours'
import type { Mode } from './output/writer'
import type { Outcome } from './outcome'
import type { Terminal } from './terminal'

/** What a running command gets, besides its arguments and options. */
export interface Context {
  readonly terminal: Terminal
  readonly mode: Mode
  readonly colours: Colours
  /** The width of a table. */
  readonly room: () => number
  readonly isQuiet: boolean
  /** Whether to tell what the client does. */
  readonly isLogged: boolean
}

/** Runs a command: emits its outcomes, completes at its end, and errors if it fails. */
export type Run<Options> = (
  args: readonly string[],
  options: Options,
  context: Context,
) => Observable<Outcome>

/** The options of every command. */
export interface CommonOptions {
  readonly json?: boolean
  readonly quiet?: boolean
  readonly log?: boolean
  readonly color?: boolean
}

/** The options of a command that connects. */
export interface SessionOptions extends CommonOptions {
  readonly credentials?: string
  readonly account?: string
  readonly server?: string
  readonly allowInsecure?: boolean
}

/** A flag with its text, and how its value is read. `read` throws a `Mistake`. */
export interface Flag {
  readonly flags: string
  readonly text: string
  readonly read?: (value: string) => unknown
  /** Whether it may be given several times. */
  readonly isMany?: boolean
  readonly isRequired?: boolean
}

/** What is known of a command before it is loaded. */
export interface Definition<Options = never> {
  readonly name: string
  /** Such as `<symbols...>` or `[query]`. */
  readonly args?: string
  readonly summary: string
  /** Whether it connects, and so has the options of a session. */
  readonly isSession?: boolean
  /**
   * For a command that ends by itself when the user wants an end, because it still has something to do or to say: how
   * long it may take, in ms.
   */
  readonly endsWithin?: number
  readonly flags?: readonly Flag[]
  /** Command lines, each with what it is for. */
  readonly examples: readonly (readonly [line: string, what: string])[]
  readonly load: () => Promise<Run<Options>>
}

/** A definition in the list of all. */
export const define = <Options>(definition: Definition<Options>): Definition => definition
