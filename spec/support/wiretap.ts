import { filter, finalize, map, tap } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { Connect } from 'rx-ctrader'

const { HEARTBEAT_EVENT } = PayloadType

export interface SentFrame {
  readonly payloadType: number
  readonly clientMsgId?: string
  readonly payload?: Readonly<Record<string, unknown>>
}

export interface Wiretap {
  readonly connect: Connect
  /** What went over the wire to the server, in order, on all lines. */
  readonly sent: SentFrame[]
  /** The payload types of it, without heartbeats. */
  readonly sentTypes: () => number[]
  /** What came over the wire from the server. */
  readonly received: string[]
  /** Loses so many of the next frames of a payload type from the server, without a sign. */
  readonly lose: (payloadType: number, times: number) => void
  /** How many lines were opened, and how many of them are open. */
  readonly lines: { opened: number; open: number }
}

/** Listens in on a line. */
export const wiretap = (connect: Connect): Wiretap => {
  const sent: SentFrame[] = []
  const received: string[] = []
  const lines = { opened: 0, open: 0 }
  const losses = new Map<number, number>()
  const isLost = (text: string): boolean => {
    const { payloadType } = JSON.parse(text) as { readonly payloadType: number }
    const left = losses.get(payloadType) ?? 0
    losses.set(payloadType, left - 1)
    return left > 0
  }
  return {
    sent,
    received,
    lines,
    lose: (payloadType, times) => {
      losses.set(payloadType, times)
    },
    sentTypes: () =>
      sent.map(({ payloadType }) => payloadType).filter(payloadType => payloadType !== HEARTBEAT_EVENT),
    connect: () =>
      connect().pipe(
        map(({ frame$, send }) => {
          lines.opened += 1
          lines.open += 1
          return {
            frame$: frame$.pipe(
              filter(text => losses.size === 0 || !isLost(text)),
              tap(text => {
                received.push(text)
              }),
              finalize(() => {
                lines.open -= 1
              }),
            ),
            send: (text: string) => {
              sent.push(JSON.parse(text) as SentFrame)
              send(text)
            },
          }
        }),
      ),
  }
}
