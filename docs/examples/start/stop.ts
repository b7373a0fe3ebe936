/** When `npm start` is to end. */
import { EMPTY, Observable, filter, fromEvent, interval, merge } from 'rxjs'

const CTRL_C = '\u0003'
const CTRL_BACKSLASH = '\u001c'

/**
 * Ctrl-C as a key. As an interrupt it would also end the shell in which npm starts a script. Then npm does not end with
 * the code of this program, and on Windows it asks whether to end a batch job.
 */
const key$ =
  process.stdin.isTTY && process.stdout.isTTY
    ? new Observable<string>(subscriber => {
        const { stdin } = process
        stdin.setRawMode(true).setEncoding('utf8')
        const keys = fromEvent(stdin, 'data', (key: string) => key)
          .pipe(filter(key => key.includes(CTRL_C) || key.includes(CTRL_BACKSLASH)))
          .subscribe(subscriber)
        return () => {
          keys.unsubscribe()
          stdin.setRawMode(false).pause()
        }
      })
    : EMPTY

/** Where an interrupt ends npm and its shell alone, this program would go on without them. */
const parent = process.ppid
const orphaned$ = interval(500).pipe(filter(() => process.ppid !== parent))

/** Emits when the user wants an end. */
export const stop$ = merge(fromEvent(process, 'SIGINT'), fromEvent(process, 'SIGTERM'), key$, orphaned$)
