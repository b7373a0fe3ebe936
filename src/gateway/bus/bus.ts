import type { Observable, ObservableInput } from 'rxjs'

/** What comes on a subject: a message, or the news that some may be missing. */
export type Packet =
  { readonly kind: 'message'; readonly subject: string; readonly body: string } | { readonly kind: 'gap' }

/**
 * Joins the parts of a gateway: those that hold lines to cTrader, and those that hold browsers. A subject has parts
 * with dots between them. To listen, `*` stands for one part, and `>` for all that follow.
 */
export interface Bus {
  /** Whether messages can be sent: the current state at once, then each change. */
  readonly state$: Observable<'up' | 'down'>
  /** Sends a message to all who listen. While the bus is down, it is lost. */
  readonly publish: (subject: string, body: string) => void
  /** The messages of one or more subjects, in their order. Never errors or completes. */
  readonly on: (subject: string) => Observable<Packet>
  /**
   * Sends a request, emits its one answer and completes. Errors with a {@link BusError}: `Unserved` (certainly not
   * received), `Down` (not sent) or `Unanswered` (may have been received) after `timeout` ms.
   */
  readonly ask: (subject: string, body: string, timeout: number) => Observable<string>
  /** Answers requests, while subscribed. Of several that serve a subject, each request goes to one. */
  readonly serve: (
    subject: string,
    answer: (body: string, subject: string) => ObservableInput<string>,
  ) => Observable<never>
}

/** Why a request on a bus has no answer. */
export type BusFailure = 'Unserved' | 'Unanswered' | 'Down'

/** The error of a request on a bus. */
export interface BusError extends Error {
  readonly reason: BusFailure
}

const texts: Readonly<Record<BusFailure, string>> = {
  Unserved: 'nothing serves this subject',
  Unanswered: 'there was no answer in time',
  Down: 'the bus is down',
}

/**
 * Makes the error of a request, for your own {@link Bus}.
 *
 * ```ts
 * const ask: Bus['ask'] = () => throwError(() => busError('Down'))
 * ```
 */
export const busError = (reason: BusFailure): BusError => Object.assign(new Error(texts[reason]), { reason })

/** Whether a request certainly had no effect. */
export const isUnsent = (error: unknown): boolean => {
  const { reason } = Object(error) as Partial<BusError>
  return reason === 'Unserved' || reason === 'Down'
}
