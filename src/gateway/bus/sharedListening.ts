import { defer, finalize, share } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Bus, Packet } from './bus'

/** Listens to each subject once, for all who listen to it: each subscription of a bus gets each message. */
export const shareListening = (bus: Bus): Bus['on'] => {
  const open = new Map<string, Observable<Packet>>()
  return subject =>
    defer(() => {
      const known = open.get(subject)
      if (known) return known
      const packet$ = bus.on(subject).pipe(
        finalize(() => {
          open.delete(subject)
        }),
        share(),
      )
      open.set(subject, packet$)
      return packet$
    })
}
