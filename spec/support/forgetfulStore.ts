import { Subject, concat, defer, filter, from, map, of, throwError } from 'rxjs'
import { busError } from '../../src/gateway/bus/bus'
import type { BusLog, LogEntry } from '../../src/gateway/bus/bus'
import type { Store, StoreEntry } from '../../src/gateway/bus/store'

interface Written {
  readonly key: string
  readonly entry: StoreEntry
}

/** A store that can lose its last writes, though it has acknowledged them. Then it gives their revisions again. */
export const forgetfulStore = (): Store & { readonly forget: (count: number) => void } => {
  const all: Written[] = []
  const written$ = new Subject<Written>()
  const latest = (key: string): StoreEntry | undefined => all.filter(one => one.key === key).at(-1)?.entry
  return {
    get: key => defer(() => of(latest(key))),
    put: (key, text, after) =>
      defer(() => {
        if ((latest(key)?.revision ?? 0) !== after) return throwError(() => busError('Fenced'))
        const revision = (all.at(-1)?.entry.revision ?? 0) + 1
        const written = { key, entry: { revision, text } }
        all.push(written)
        written$.next(written)
        return of(revision)
      }),
    watch: key =>
      concat(
        defer(() => {
          const entry = latest(key)
          return from(entry ? [{ key, entry }] : [])
        }),
        written$,
      ).pipe(
        filter(one => one.key === key),
        map(({ entry }) => entry),
      ),
    forget: count => {
      all.splice(Math.max(all.length - count, 0))
    },
  }
}

/** Logs that can lose their last entries, though they have acknowledged them. Then they give their numbers again. */
export const forgetfulLogs = () => {
  let all: { readonly name: string; readonly entry: LogEntry }[] = []
  const entries = (name: string): readonly LogEntry[] =>
    all.filter(one => one.name === name).map(({ entry }) => entry)
  return {
    open: (name: string): BusLog => ({
      read: (after = 0) => defer(() => from(entries(name).filter(({ seq }) => seq > after))),
      append: (text, after) =>
        defer(() => {
          if ((entries(name).at(-1)?.seq ?? 0) !== after) return throwError(() => busError('Fenced'))
          const seq = (all.at(-1)?.entry.seq ?? 0) + 1
          all.push({ name, entry: { seq, text } })
          return of(seq)
        }),
      trim: before => {
        all = all.filter(one => one.name !== name || one.entry.seq >= before)
      },
    }),
    forget: (count: number): void => {
      all.splice(Math.max(all.length - count, 0))
    },
  }
}
