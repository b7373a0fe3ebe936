import {
  EMPTY,
  Subject,
  asyncScheduler,
  defer,
  filter,
  firstValueFrom,
  merge,
  startWith,
  switchMap,
} from 'rxjs'
import { isCTraderError } from 'rx-ctrader'
import type { CloseInfo, Connect } from 'rx-ctrader'

export interface RawFrame {
  readonly payloadType: number
  readonly clientMsgId?: string
  readonly payload?: Readonly<Record<string, unknown>>
}

/** When the line ended, in ms, and how, if the transport told. */
export type Ending = { readonly at: number } & Partial<CloseInfo>

export interface RawClient {
  /** The texts from the server, in order. */
  readonly received: string[]
  /** The same with the time, in ms, at which each came. */
  readonly timed: [ms: number, text: string][]
  /** The same, parsed. */
  readonly frames: () => RawFrame[]
  /** Text goes out as it is, an object as JSON; what is sent before the line is open waits for it. */
  readonly send: (...frames: readonly (string | object)[]) => void
  /** Gives the line up, as a client does. */
  readonly leave: () => void
  /** For lines in real time: waits for something to come or to end until the condition holds. */
  readonly until: (condition: () => boolean) => Promise<unknown>
  openedAt: number | undefined
  closed: Ending | undefined
}

/** A client that knows nothing of the protocol: it says what it is told to and notes what it hears. */
export const rawClient = (connect: Connect): RawClient => {
  const change$ = new Subject<undefined>()
  const waiting: string[] = []
  let write: (text: string) => void = text => {
    waiting.push(text)
  }
  const end = (close?: CloseInfo): void => {
    client.closed = { at: asyncScheduler.now(), ...close }
    change$.next(undefined)
  }
  const client: RawClient = {
    received: [],
    timed: [],
    frames: () => client.received.map(text => JSON.parse(text) as RawFrame),
    send: (...frames) => {
      for (const frame of frames) write(typeof frame === 'string' ? frame : JSON.stringify(frame))
    },
    leave: () => {
      line.unsubscribe()
    },
    until: condition =>
      firstValueFrom(change$.pipe(startWith(undefined), filter(condition)), { defaultValue: undefined }),
    openedAt: undefined,
    closed: undefined,
  }
  const line = connect()
    .pipe(
      switchMap(({ frame$, send }) => {
        const opened$ = defer(() => {
          client.openedAt = asyncScheduler.now()
          write = send
          waiting.forEach(send)
          change$.next(undefined)
          return EMPTY
        })
        return merge(frame$, opened$)
      }),
    )
    .subscribe({
      next: text => {
        client.received.push(text)
        client.timed.push([asyncScheduler.now(), text])
        change$.next(undefined)
      },
      error: (error: unknown) => {
        end(isCTraderError(error) && error.reason === 'ConnectionLost' ? error.close : undefined)
      },
      complete: end,
    })
  return client
}
