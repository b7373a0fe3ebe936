import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { Observable } from 'rxjs'
import { Mistake } from './outcome'

/**
 * Asks the user for a line. The question is written to standard error, so that standard output has results only.
 * With `hidden`, what is typed is not shown. The end of the input is an error.
 */
export const ask =
  (input: NodeJS.ReadStream, output: NodeJS.WritableStream) =>
  (question: string, { hidden }: { readonly hidden: boolean } = { hidden: false }): Observable<string> =>
    new Observable(subscriber => {
      let isShown = true
      const shown = new Writable({
        write: (chunk: Buffer, _, done) => {
          if (isShown) output.write(chunk)
          done()
        },
      })
      const lines = createInterface({ input, output: shown, terminal: true })
      // In its mode the terminal sends Ctrl-C as a key.
      lines.on('SIGINT', () => process.emit('SIGINT'))
      lines.on('close', () => {
        subscriber.error(new Mistake('There was no answer.'))
      })
      lines.question(question, answer => {
        subscriber.next(answer.trim())
        subscriber.complete()
      })
      isShown = !hidden
      return () => {
        lines.removeAllListeners('close')
        lines.close()
        if (hidden) output.write('\n')
      }
    })
