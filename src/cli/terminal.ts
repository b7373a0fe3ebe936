import type { Observable } from 'rxjs'

/** The size of a screen, in characters. */
export interface Size {
  readonly columns: number
  readonly rows: number
}

/** What a command knows of its process. Specs give their own. */
export interface Terminal {
  /** Writes to standard output. */
  readonly out: (text: string) => void
  /** Writes to standard error. */
  readonly err: (text: string) => void
  /** The size of the screen that standard output is; `undefined` for a file or a pipe. */
  readonly size: () => Size | undefined
  /** The next line that the user enters; `undefined` if there is no user to ask. A hidden one is not shown. */
  readonly ask?: (question: string, options?: { readonly hidden: boolean }) => Observable<string>
  /** Opens a page in the user's browser, if there is one. */
  readonly open: (url: string) => void
  /** Emits when the user wants an end, as by Ctrl-C. */
  readonly stop$: Observable<unknown>
  readonly env: Readonly<Record<string, string | undefined>>
  /** The current folder. */
  readonly folder: string
  /** The user's own folder. */
  readonly home: string
  readonly platform: string
}
