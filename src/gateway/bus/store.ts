import { BehaviorSubject, defer, filter, from, of, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { busError } from './bus'
import type { BusLog, LogEntry } from './bus'

/** A value of a store. */
export interface StoreEntry {
  /** Grows with each change of the value. */
  readonly revision: number
  readonly text: string
}

/** Values that change by compare-and-swap only. */
export interface Store {
  /** The value at present, or `undefined`. Errors if that cannot be found out. */
  readonly get: (key: string) => Observable<StoreEntry | undefined>
  /**
   * Changes the value if its revision is still `after`, or 0 if there is none. Emits the new revision and completes.
   * Errors with a `BusError`: `Fenced` (it is another), `Down` (not changed) or `Unanswered` (may have been changed).
   */
  readonly put: (key: string, text: string, after: number) => Observable<number>
  /** The value at present, if there is one, then each change. May miss some. Never errors or completes. */
  readonly watch: (key: string) => Observable<StoreEntry>
}

/** A store in memory. */
export const memoryStore = (): Store => {
  const values = new Map<string, BehaviorSubject<StoreEntry | undefined>>()
  let revision = 0
  const valueOf = (key: string): BehaviorSubject<StoreEntry | undefined> => {
    const value = values.get(key) ?? new BehaviorSubject<StoreEntry | undefined>(undefined)
    values.set(key, value)
    return value
  }
  return {
    get: key => defer(() => of(valueOf(key).value)),
    put: (key, text, after) =>
      defer(() => {
        const value = valueOf(key)
        if ((value.value?.revision ?? 0) !== after) return throwError(() => busError('Fenced'))
        const entry = { revision: (revision += 1), text }
        value.next(entry)
        return of(entry.revision)
      }),
    watch: key => defer(() => valueOf(key)).pipe(filter(entry => entry !== undefined)),
  }
}

/** Logs in memory. As elsewhere, they share the numbers of their entries. */
export const memoryLogs = (): ((name: string) => BusLog) => {
  const logs = new Map<string, LogEntry[]>()
  let seq = 0
  return name => {
    const entries = logs.get(name) ?? []
    logs.set(name, entries)
    return {
      read: (after = 0) => defer(() => from(entries.filter(entry => entry.seq > after))),
      append: (text, after) =>
        defer(() => {
          if ((entries.at(-1)?.seq ?? 0) !== after) return throwError(() => busError('Fenced'))
          entries.push({ seq: (seq += 1), text })
          return of(seq)
        }),
      trim: before => {
        const kept = entries.findIndex(entry => entry.seq >= before)
        if (kept > 0) entries.splice(0, kept)
      },
    }
  }
}
