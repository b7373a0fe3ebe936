import { asyncScheduler, map, tap } from 'rxjs'
import type { Connect } from 'rx-ctrader'
import { MARKET_START } from './times'

export interface Frame {
  readonly at: number
  readonly isSent: boolean
  readonly text: string
}

/** What goes over each line, and when. The time a maintenance ends is put in virtual time, which is the client's. */
export const recorded = (connect: Connect, lines: Frame[][]): Connect => {
  const inVirtual = (end: number): number =>
    end > 1e11 ? end - MARKET_START : Math.max(0, end - MARKET_START / 1_000)
  return () =>
    connect().pipe(
      map(({ frame$, send }) => {
        const frames: Frame[] = []
        lines.push(frames)
        const note = (isSent: boolean, text: string): void => {
          frames.push({ at: asyncScheduler.now(), isSent, text })
        }
        return {
          frame$: frame$.pipe(
            map(text =>
              text.replace(
                /("maintenanceEndTimestamp":)(\d+)/,
                (_, name: string, end: string) => `${name}${inVirtual(Number(end))}`,
              ),
            ),
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
}
