import { map, tap } from 'rxjs'
import type { Connect } from 'rx-ctrader'
import { monotonicNow } from '../../../src/clock'

export interface Frame {
  readonly at: number
  readonly isSent: boolean
  readonly text: string
}

/** What goes over each line, and when. */
export const recorded =
  (connect: Connect, lines: Frame[][]): Connect =>
  () =>
    connect().pipe(
      map(({ frame$, send }) => {
        const frames: Frame[] = []
        lines.push(frames)
        const note = (isSent: boolean, text: string): void => {
          frames.push({ at: monotonicNow(), isSent, text })
        }
        return {
          frame$: frame$.pipe(
            tap(text => {
              note(false, text)
            }),
          ),
          send: (text: string) => {
            note(true, text)
            send(text)
          },
        }
      }),
    )
