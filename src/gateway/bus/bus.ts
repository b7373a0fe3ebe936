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
  /**
   * Takes part in the campaign for a lease, which one at a time can hold. Emits each time it is won, also again after it
   * was lost. Gives it back when unsubscribed. Never errors or completes.
   */
  readonly lease: (key: string, options: LeaseOptions) => Observable<Lease>
  /** A log that all who use the bus can read and append to. */
  readonly log: (name: string) => BusLog
}

/** Settings of a lease, the same for all who want it. */
export interface LeaseOptions {
  /** How long after the last sign of life of its holder another one takes it, in ms. */
  readonly ttl: number
  /** How much longer this one waits than others before it takes a lease that is free, in ms. Default 0. */
  readonly delay?: number
}

/** A lease that was won. */
export interface Lease {
  /** Grows with each holder of the lease. */
  readonly epoch: number
  /**
   * Whether certainly no other holds it at this moment, or before so many ms from now are over. Ask in the very turn in
   * which it matters: the process may have been paused since the last answer.
   */
  readonly isSure: (ahead?: number) => boolean
  /** Emits once and completes when the lease is lost or given back, also to those who come later. */
  readonly lost$: Observable<void>
}

/** An entry of a log. */
export interface LogEntry {
  /** Its place: larger than that of the entry before, with any gap between. */
  readonly seq: number
  readonly text: string
}

/** A log of texts. Each one who appends has to know the last entry, so that there is one order of all entries. */
export interface BusLog {
  /** The entries behind that with the number `after`, or all, to the last one at present. Then completes. */
  readonly read: (after?: number) => Observable<LogEntry>
  /**
   * Appends a text if the last entry is still that with the number `after`, or 0 if there is none. Emits the number of
   * the new entry and completes. Errors with a {@link BusError}: `Fenced` (another has appended), `Down` (not appended)
   * or `Unanswered` (may have been appended).
   */
  readonly append: (text: string, after: number) => Observable<number>
  /** Removes the entries in front of a number, sooner or later. Without it, a log grows with each entry. */
  readonly trim?: (before: number) => void
}

/** Why a request on a bus has failed. */
export type BusFailure = 'Unserved' | 'Unanswered' | 'Down' | 'Fenced'

/** The error of a request on a bus. */
export interface BusError extends Error {
  readonly reason: BusFailure
}

const texts: Readonly<Record<BusFailure, string>> = {
  Unserved: 'nothing serves this subject',
  Unanswered: 'there was no answer in time',
  Down: 'the bus is down',
  Fenced: 'another has written since',
}

/**
 * Makes the error of a request, for your own {@link Bus}.
 *
 * ```ts
 * const ask: Bus['ask'] = () => throwError(() => busError('Down'))
 * ```
 */
export const busError = (reason: BusFailure): BusError => Object.assign(new Error(texts[reason]), { reason })

const reasonOf = (error: unknown): unknown => (Object(error) as Partial<BusError>).reason

/** Whether another has written since. */
export const isFenced = (error: unknown): boolean => reasonOf(error) === 'Fenced'

/** Whether a request was certainly not received. */
export const isUnserved = (error: unknown): boolean => reasonOf(error) === 'Unserved'

/** Whether a request certainly had no effect. */
export const isUnsent = (error: unknown): boolean => isUnserved(error) || reasonOf(error) === 'Down'
