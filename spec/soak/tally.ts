import { filter, pairwise } from 'rxjs'
import type { Account, Client, CTraderError } from 'rx-ctrader'

/** Counts things by their name. */
export const counter = () => {
  const counts = new Map<string, number>()
  return {
    count: (what: string): void => {
      counts.set(what, (counts.get(what) ?? 0) + 1)
    },
    told: (): string => [...counts].map(([what, count]) => `${count}× ${what}`).join(', ') || 'none',
  }
}

/** Of durations in ms. */
export const inSeconds = (durations: readonly number[]): string => {
  const sorted = [...durations].sort((a, b) => a - b)
  const at = (share: number): string =>
    ((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) / 1_000).toFixed(1)
  return `median ${at(0.5)} s, longest ${at(1)} s`
}

const causeOf = (cause: CTraderError): string => {
  switch (cause.reason) {
    case 'ConnectionLost':
      return cause.close ? `${cause.close.code} ${cause.close.reason}`.trim() : (cause.detail ?? cause.reason)
    case 'Refused':
      return cause.errorCode
    default:
      return cause.reason
  }
}

/** What a client lost and got back. */
export interface Tally {
  losses: number
  recoveries: number
  readonly causes: ReturnType<typeof counter>
  /** The gaps of all accounts that are over, in ms. */
  readonly gaps: number[]
}

export const tallyOf = (client: Client, accounts: readonly Account[]): Tally => {
  const tally: Tally = { losses: 0, recoveries: 0, causes: counter(), gaps: [] }
  client.connection$.pipe(pairwise()).subscribe(([before, now]) => {
    if (now.status === 'connected' && before.status === 'connecting' && tally.losses > 0)
      tally.recoveries += 1
    if (now.status !== 'reconnecting') return
    tally.losses += 1
    tally.causes.count(causeOf(now.cause))
  })
  for (const { gap$ } of accounts)
    gap$.pipe(filter(({ resumed }) => resumed)).subscribe(({ from, to = from }) => tally.gaps.push(to - from))
  return tally
}
