import { Observable, Subject, Subscription, asyncScheduler } from 'rxjs'
import type { Connect } from 'rx-ctrader'
import type { Armed } from './faults'
import { isCommand } from './faults'
import { garbled, swollen } from './spoiling'

/** The server's end of a line. */
export interface End {
  readonly receive: (text: string) => void
  readonly leave: () => void
}

export interface Lines {
  readonly connect: Connect
  /** Breaks the lines; what is on its way to the server arrives so many ms later, or never. */
  readonly cut: (arrives: number | undefined) => void
  /** Nothing comes from the server any more; what is sent arrives, or does not. */
  readonly halve: (arrives: boolean) => void
  readonly left: readonly string[]
}

interface Line {
  readonly cut: (arrives: number | undefined, why?: string) => void
  readonly halve: (arrives: boolean) => void
}

/** How long a frame is on its way, and a line until it is open, in ms. */
const LATENCY = 10

interface Sent {
  readonly payloadType: number
  readonly clientMsgId?: string
}

/** As it leaves the server: broken off, or with something in it that cannot be read. */
const spoilt = (armed: Armed, text: string, payloadType: number): string => {
  if (armed.strike('malform', payloadType)) return text.slice(0, text.length / 2)
  const garble = armed.strike('garble', payloadType)
  return garble ? garbled(text, garble.which, garble.isNameless) : text
}

/** Lines in memory, on which frames take their time and get lost. `accept` is called with how the server sends. */
export const createLines = (
  armed: Armed,
  accept: (write: (text: string, payloadType: number) => void) => End,
): Lines => {
  const open = new Set<Line>()
  const left: string[] = []

  const connect: Connect = () =>
    new Observable(subscriber => {
      const frame$ = new Subject<string>()
      /** What is on its way to us, and is lost with the line. */
      const down = new Subscription()
      /** What is on its way to the server. */
      const up = new Map<Subscription, string>()
      let isOpen = true
      let isHalf = false
      let arrivesHalf = false

      const deliver = (text: string, ms: number): void => {
        down.add(
          asyncScheduler.schedule(() => {
            frame$.next(text)
          }, ms),
        )
      }
      const end = accept((text, payloadType) => {
        if (!isOpen || isHalf || armed.strike('swallow', payloadType)) return
        const swell = armed.strike('swell', payloadType)
        if (swell?.endsLine === true) {
          asyncScheduler.schedule(() => {
            line.cut(undefined, 'Max payload size exceeded')
          }, LATENCY)
          return
        }
        const sent = swell ? swollen(text) : spoilt(armed, text, payloadType)
        deliver(sent, LATENCY + (armed.strike('late', payloadType)?.ms ?? 0))
        const twice = armed.strike('double', payloadType)
        if (twice) deliver(sent, LATENCY + twice.ms)
      })
      const close = (): void => {
        isOpen = false
        open.delete(line)
        down.unsubscribe()
        // The server does not notice at once that its client is gone.
        asyncScheduler.schedule(end.leave, LATENCY)
      }
      const line: Line = {
        cut: (arrives, why = 'ECONNRESET') => {
          if (!isOpen) return
          const late = [...up.values()]
          for (const frame of up.keys()) frame.unsubscribe()
          up.clear()
          close()
          if (arrives !== undefined)
            asyncScheduler.schedule(() => {
              late.forEach(end.receive)
            }, arrives)
          subscriber.error(new Error(why))
        },
        halve: arrives => {
          isHalf = true
          arrivesHalf = arrives
        },
      }

      const send = (text: string): void => {
        if (!isOpen) throw new Error('the line is closed')
        const { payloadType, clientMsgId = '' } = JSON.parse(text) as Sent
        const isOrder = isCommand(payloadType)
        if (isOrder) left.push(clientMsgId)
        if (isHalf && !arrivesHalf) return
        const frame = asyncScheduler.schedule(() => {
          up.delete(frame)
          end.receive(text)
          if (isOrder && armed.strike('cutArrived')) line.cut(undefined)
        }, LATENCY)
        up.set(frame, text)
        const leaving = isOrder ? armed.strike('cutLeaving') : undefined
        if (leaving)
          asyncScheduler.schedule(() => {
            line.cut(leaving.arrives)
          })
      }

      const opening = asyncScheduler.schedule(() => {
        if (armed.strike('noConnection')) {
          close()
          subscriber.error(new Error('ECONNREFUSED'))
          return
        }
        open.add(line)
        subscriber.next({ frame$, send })
      }, LATENCY)

      return () => {
        opening.unsubscribe()
        if (isOpen) close()
      }
    })

  return {
    connect,
    cut: arrives => {
      for (const line of [...open]) line.cut(arrives)
    },
    halve: arrives => {
      for (const line of open) line.halve(arrives)
    },
    left,
  }
}
