import { Observable, Subscription, of } from 'rxjs'
import type { Bus } from '../../gateway/bus/bus'
import type { Gateway } from '../../gateway/edge'
import { parseJson } from '../../util/parseJson'
import { OPENING, lineSubjects, readReceived, toClosing, toFrame } from './busLines'
import type { Opening } from './busLines'

/** Serves one line until it ends. */
const serveLine = ({ accept }: Pick<Gateway, 'accept'>, bus: Bus, { line, token }: Opening): Subscription => {
  const { down, up } = lineSubjects(line)
  const life = new Subscription()
  let sent = 0
  let received = 0
  const end = (code: number, reason: string): void => {
    if (life.closed) return
    bus.publish(down, toClosing({ code, reason }))
    life.unsubscribe()
  }
  const connection = accept(
    {
      send: text => {
        if (!life.closed) bus.publish(down, toFrame((sent += 1), text))
      },
      close: end,
      cut: () => {
        end(1006, '')
      },
    },
    { token },
  )
  life.add(() => {
    connection.closed()
  })
  life.add(
    bus.on(up).subscribe(packet => {
      const message = packet.kind === 'message' ? readReceived(packet.body) : undefined
      if (message?.kind === 'closing') life.unsubscribe()
      // After a gap, an order may be missing: the client has to know that.
      else if (message?.number !== received + 1) end(1001, 'Frames are missing')
      else {
        received += 1
        connection.receive(message.text)
      }
    }),
  )
  return life
}

/**
 * Serves the lines of clients in other processes, which they open with {@link busConnect}, while subscribed. Of several
 * gateways or edges on a bus, one gets each line. The token of a line is for `authenticate`, as that in the first message (2100) of a browser.
 * Never emits, errors or completes. Unsubscribing closes its lines with 1001.
 *
 * ```ts
 * const bus = natsBus(nc)
 * const origins = ['https://app.example.com']
 * const gateway = createGateway({ bus, application, origins, grants, authenticate, entitle })
 * serveBusLines(gateway, bus).subscribe()
 * ```
 */
export const serveBusLines = (gateway: Pick<Gateway, 'accept'>, bus: Bus): Observable<never> =>
  new Observable<never>(subscriber => {
    const lines = new Map<string, Subscription>()
    subscriber.add(
      bus
        .serve(OPENING, body => {
          const { line, token } = Object(parseJson(body)) as Partial<Opening>
          if (typeof line !== 'string' || typeof token !== 'string') return of('')
          if (!lines.has(line)) {
            const life = serveLine(gateway, bus, { line, token })
            lines.set(line, life)
            life.add(() => lines.delete(line))
          }
          return of('')
        })
        .subscribe(subscriber),
    )
    subscriber.add(() => {
      for (const [line, life] of [...lines]) {
        bus.publish(lineSubjects(line).down, toClosing({ code: 1001, reason: 'Gateway is closing' }))
        life.unsubscribe()
      }
    })
  })
