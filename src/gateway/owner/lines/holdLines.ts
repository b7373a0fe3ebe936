import {
  EMPTY,
  Observable,
  distinctUntilChanged,
  interval,
  map,
  merge,
  switchMap,
  takeUntil,
  tap,
} from 'rxjs'
import type { Subscription } from 'rxjs'
import { mixedTextHash } from '../../../util/textHash'
import type { Bus, Lease } from '../../bus/bus'
import type { EpochNotice } from '../../bus/messages'
import { subjects } from '../../bus/subjects'
import type { LineAccounts } from '../accounts/lineAccounts'
import type { OwnedLine, Ownership } from '../session/ownedLine'
import { lineSlots } from './pickLine'
import { serveSlots } from './serveSlots'

/** How lines are shared with other processes. */
export interface HoldOptions {
  /** The name of this process, which no other has. */
  readonly name: string
  /** How many lines it holds at most. */
  readonly maxLines: number
  /** How long after its last sign of life a process loses its lines, in ms. */
  readonly ttl: number
  /** How much longer than another it waits at most for a line that is free, in ms. */
  readonly eager: number
}

export interface HoldContext {
  readonly bus: Bus
  readonly lines: readonly OwnedLine[]
  readonly hold: HoldOptions
  /** The lines that are held at present, by name. */
  readonly held$: Observable<ReadonlyMap<string, unknown>>
  readonly begin: (line: OwnedLine, ownership: Ownership) => LineAccounts
  readonly end: (line: OwnedLine) => void
  /** Completes when nothing is awaited on a line that would be lost with it. */
  readonly settled: (line: OwnedLine) => Observable<never>
}

/** How often it is looked for edges that are gone, in ms. */
const SWEEPS = 5_000

/** Of several processes, another one is the first for each line. */
const delayOf = ({ name, eager }: HoldOptions, line: OwnedLine): number =>
  Math.round((1 - mixedTextHash(`${name} ${line.name}`) / 2 ** 32) * eager)

/**
 * Takes part in the campaigns for the leases of the lines, and serves a line while this process has its lease, while
 * subscribed. All of them are given back at the end.
 */
export const holdLines = ({
  bus,
  lines,
  hold,
  held$,
  begin,
  end,
  settled,
}: HoldContext): Observable<never> => {
  const leaving = new Map<OwnedLine, Subscription>()
  const serve = (line: OwnedLine, { epoch, isSure }: Lease): Observable<never> =>
    new Observable<never>(subscriber => {
      const { client, counters } = line
      counters.takeovers += 1
      leaving.get(line)?.unsubscribe()
      // It was logged out when the line was lost.
      client.retry()
      const accounts = begin(line, { epoch, isSure })
      const slots = lineSlots(lines, line)
      subscriber.add(serveSlots(bus, line.environment, slots, () => accounts, epoch).subscribe())
      subscriber.add(accounts.recover(slots).subscribe())
      subscriber.add(interval(SWEEPS).subscribe(accounts.sweep))
      // Edges that have accounts of the former owner begin again.
      for (const slot of slots)
        bus.publish(subjects.epochs(line.environment, slot), JSON.stringify({ epoch } satisfies EpochNotice))
      subscriber.add(() => {
        end(line)
        // At once, as a rule: another process opens it. But the answer to a refresh token has the only copy of a pair.
        leaving.set(line, settled(line).subscribe({ complete: client.logout }))
      })
    })
  return new Observable(subscriber => {
    const countLoss = (line: OwnedLine) => (): void => {
      // At the end of all, it is given back.
      if (!subscriber.closed) line.counters.losses += 1
    }
    const campaign = (line: OwnedLine): Observable<never> =>
      bus
        .lease(`${line.environment}.${line.name}`, { ttl: hold.ttl, delay: delayOf(hold, line) })
        .pipe(switchMap(lease => serve(line, lease).pipe(takeUntil(lease.lost$.pipe(tap(countLoss(line)))))))
    return merge(
      ...lines.map(line =>
        held$.pipe(
          map(held => held.has(line.name) || held.size < hold.maxLines),
          distinctUntilChanged(),
          switchMap(mayHold => (mayHold ? campaign(line) : EMPTY)),
        ),
      ),
    ).subscribe(subscriber)
  })
}
