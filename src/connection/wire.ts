import { Subject, defer, finalize, map, tap } from 'rxjs'
import { createSecrets } from '../transport/secrets'
import type { Secrets } from '../transport/secrets'
import type { Connect, Socket } from '../transport/socket'

/** What happens on the lines of a client, as it is, secrets included. */
export type WireEvent =
  /** A line is asked for, is there, or is given up by the client. */
  | { readonly kind: 'connecting' | 'opened' | 'closed' }
  /** It is lost, or could not be had. */
  | { readonly kind: 'lost'; readonly cause?: unknown }
  | { readonly kind: 'received' | 'sent'; readonly text: string }

/** For whoever listens in: while nobody does, a frame costs it one look. */
export interface Wire {
  readonly event$: Subject<WireEvent>
  /** Whether there is a line just now. */
  isOpen: boolean
  /** What its client was told and what went over it in secret fields: who comes in the middle has to know it, too. */
  readonly secrets: Secrets
}

export const createWire = (): Wire => ({ event$: new Subject(), isOpen: false, secrets: createSecrets() })

/** Tells of lines and of what is sent on them. What comes in, the link tells: another step would cost each frame. */
export const tapSocket =
  (connect: Connect, wire: Wire): Connect =>
  () =>
    defer(() => {
      const { event$ } = wire
      let isOver = false
      const over = (event: WireEvent): void => {
        if (isOver) return
        isOver = true
        wire.isOpen = false
        event$.next(event)
      }
      event$.next({ kind: 'connecting' })
      return defer(connect).pipe(
        tap({
          next: () => {
            wire.isOpen = true
            event$.next({ kind: 'opened' })
          },
          error: (cause: unknown) => {
            over({ kind: 'lost', cause })
          },
          complete: () => {
            over({ kind: 'lost' })
          },
        }),
        map(({ frame$, send }): Socket => ({
          frame$,
          send: text => {
            if (event$.observed) event$.next({ kind: 'sent', text })
            send(text)
          },
        })),
        finalize(() => {
          over({ kind: 'closed' })
        }),
      )
    })
