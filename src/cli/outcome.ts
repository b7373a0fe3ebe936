/** The exit codes: 2 for a mistake in the command line or a file, 3 for an order whose outcome is not known. */
export const exitCodes = { done: 0, failed: 1, mistake: 2, inDoubt: 3 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** What a command emits. */
export type Outcome =
  /** A result: a value for `--json`, and a text for people. */
  | { readonly json: unknown; readonly text: string }
  /** What a screen shows in place of the block before. */
  | { readonly block: string }
  /** For people only, on standard error. `--quiet` leaves it out. */
  | { readonly note: string }
  /** What the process ends with, if that is not 0. */
  | { readonly exitCode: ExitCode }

/** A result for `--json` and for people. */
export const result = (json: unknown, text: string): Outcome => ({ json, text })

/** Something for people only. */
export const note = (text: string): Outcome => ({ note: text })

/** A mistake of the user's, such as an option that cannot be used. The process ends with 2. */
export class Mistake extends Error {
  override readonly name = 'Mistake'
}

/** Something that went wrong, in a sentence for people. The process ends with 1. */
export class Failed extends Error {
  override readonly name = 'Failed'
}
