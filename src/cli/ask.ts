import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { Observable } from 'rxjs'
import { Mistake } from './outcome'

/**
 * Asks the user for a line. The question is written to standard error, so that standard output has results only.
 * With `hidden`, what is typed is not shown. The end of the input is an error. Afterwards the cursor is at the
 * beginning of a line, also after an interrupt.
 */
export const ask =
  (input: NodeJS.ReadStream, output: NodeJS.WritableStream) =>
  (question: string, { hidden }: { readonly hidden: boolean } = { hidden: false }): Observable<string> =>
    new Observable(subscriber => {
      let isShown = true
      let isAnswered = false
      const shown = new Writable({
        write: (chunk: Buffer, _, done) => {
          if (isShown) output.write(chunk)
          done()
        },
      })
      const lines = createInterface({ input, output: shown, terminal: true })
      const fail = (): void => {
        subscriber.error(new Mistake('There was no answer.'))
      }
      const close = (): void => {
        // Its own listeners stay: they stop showing what is typed.
        lines.off('close', fail)
        lines.close()
      }
      // In its mode the terminal sends Ctrl-C as a key.
      lines.on('SIGINT', () => process.emit('SIGINT'))
      lines.on('close', fail)
      lines.question(question, answer => {
        isAnswered = true
        if (hidden) output.write('\n')
        // Before the answer is used: the next question opens the input again.
        close()
        subscriber.next(answer.trim())
        subscriber.complete()
      })
      isShown = !hidden
      return () => {
        if (isAnswered) return
        close()
        output.write('\n')
      }
    })
