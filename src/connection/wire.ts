import { Subject, defer, finalize, map, tap } from 'rxjs'
import { createSecrets } from '../transport/secrets'
import type { Secrets } from '../transport/secrets'
import type { Connect, Socket } from '../transport/socket'

/** An event on a client's lines, unchanged, secrets included. */
export type WireEvent =
  /** A line is requested, is open, or is closed by the client. */
  | { readonly kind: 'connecting' | 'opened' | 'closed' }
  /** It is lost, or could not be opened. */
  | { readonly kind: 'lost'; readonly cause?: unknown }
  | { readonly kind: 'received' | 'sent'; readonly text: string }

/** For a listener to the raw frames. Without one, a frame costs a single check. */
export interface Wire {
  readonly event$: Subject<WireEvent>
  /** Whether there is a line now. */
  isOpen: boolean
  /** All secrets seen so far, so a recording that starts mid-session can redact them. */
  readonly secrets: Secrets
}

export const createWire = (secrets = createSecrets()): Wire => ({
  event$: new Subject(),
  isOpen: false,
  secrets,
})

/**
 * Reports the lines, and what is sent on them. The link reports what comes in, because another step would slow down
 * each frame.
 */
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
        map((socket): Socket => ({
          ...socket,
          send: text => {
            if (event$.observed) event$.next({ kind: 'sent', text })
            socket.send(text)
          },
        })),
        finalize(() => {
          over({ kind: 'closed' })
        }),
      )
    })
