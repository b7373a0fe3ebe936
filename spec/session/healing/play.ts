import { tap } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType, ProtoOATrendbarPeriod, createClient } from 'rx-ctrader'
import type { Account, AuthState } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Fault, Simulator } from 'rx-ctrader/simulator'
import { randomFrom } from '../../soak/random'
import { refereed } from '../../soak/rules'
import { accountIds, accounts as known, grants } from '../../soak/world'
import type { Seen, VirtualTime } from '../../support/virtualTime'
import { consumers } from './consumers'
import { recorded } from './recorded'
import type { Frame } from './recorded'
import type { Query, Schedule, Visit } from './schedule'
import { END, LOOK, QUIET, TROUBLE } from './times'
import { cancelPending, trade } from './trading'

/** A consumer with what it saw. */
export interface Visited {
  readonly visit: Visit
  seen: Seen<unknown> | undefined
}

/** One of the accounts, at the end. */
export interface Owned {
  readonly accountId: number
  readonly state: AuthState | undefined
  /** The consumers that have stayed. */
  readonly visits: readonly Visited[]
}

export interface Session {
  readonly broker: Simulator
  /** What goes over each line, and when. */
  readonly lines: readonly Frame[][]
  /** Which rules the client broke, in words. */
  readonly broken: readonly string[]
  /** What was asked, and must have been answered, refused or given up. */
  readonly answers: readonly Seen<unknown>[]
  /** The symbols with missed events: their bars may have holes. */
  readonly muted: ReadonlySet<number>
  /** The symbol whose quotes cannot be had in the end. */
  readonly unquoted: number | undefined
  /** Whether an answer was too large that cannot be asked for in parts: that ends what needs it. */
  readonly wasTooLarge: boolean
  readonly mostLines: number
  readonly owned: () => readonly Owned[]
  /** The last refresh token of the account, as it was saved. */
  readonly refreshTokenOf: (accountId: number) => string
}

const { M1 } = ProtoOATrendbarPeriod

/** Plays a schedule; what must hold is asserted by the caller, at the times that are stated. */
export const play = (schedule: Schedule, { at, setWallClock, watch }: VirtualTime): Session => {
  const { seed, latency, closesAfterClientDisconnect, heartbeatsCount, logoutEvent, tooManyRequests } =
    schedule
  const broker = createSimulator({
    seed: (seed % 5) + 1,
    latency,
    accounts: known,
    grants,
    tokenLifetime: 3_600,
    unknowns: { closesAfterClientDisconnect, heartbeatsCount, logoutEvent, tooManyRequests },
  })
  const lines: Frame[][] = []
  const mostLines = 1 + (seed % 3)
  const game = refereed(recorded(broker.connect, lines))
  const client = createClient({
    connect: game.connect,
    clientId: 'demo',
    clientSecret: 'demo',
    random: randomFrom(seed),
    lines: mostLines,
  })
  let { unsaved } = schedule
  const grantOf = (index: number): 0 | 1 => (index < 2 ? 0 : 1)
  const refreshTokens: string[] = grants.map(({ refreshToken }) => refreshToken)
  const accounts = accountIds.map((accountId, index) => {
    const { accessToken, refreshToken } = grants[grantOf(index)]
    return client.account({
      accountId,
      accessToken,
      refreshToken,
      saveTokens: pair => {
        refreshTokens[grantOf(index)] = pair.refreshToken
        if (unsaved-- > 0) throw new Error('disk full')
      },
    })
  })

  // One that is not held is seen at the beginning, and again when the trouble is over.
  const states = accounts.map(({ authenticated$ }, index): AuthState[] => {
    const isHeld = schedule.held[index] ?? true
    const seen: AuthState[] = []
    const state$ = authenticated$.pipe(
      tap(state => {
        seen.push(state)
      }),
    )
    watch(state$, isHeld ? END : 2_000)
    if (!isHeld)
      at(TROUBLE + 1, () => {
        watch(state$, END - TROUBLE - 1)
      })
    return seen
  })
  const visits = schedule.visits.map((visit): Visited => ({ visit, seen: undefined }))
  for (const entry of visits) {
    const { account, from, to, wants, symbolId } = entry.visit
    const owner = accounts[account]
    if (owner)
      at(from, () => {
        entry.seen = watch(consumers[wants].stream(owner, symbolId), to - from)
      })
  }

  const answers: Seen<unknown>[] = []
  let orders = 0
  const ask = (account: Account, asks: Query['asks']): Observable<unknown> => {
    switch (asks) {
      case 'trader':
        return account.request(PayloadType.PROTO_OA_TRADER_REQ, {})
      case 'bars':
        return account.request(PayloadType.PROTO_OA_GET_TRENDBARS_REQ, { symbolId: 1, period: M1, count: 3 })
      case 'version':
        return client.request(PayloadType.PROTO_OA_VERSION_REQ, {})
      case 'order': {
        const clientOrderId = `order-${(orders += 1)}`
        const order = { symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000, clientOrderId } as const
        return account.request(PayloadType.PROTO_OA_NEW_ORDER_REQ, order)
      }
    }
  }
  for (const { at: when, account, asks, times, patience } of schedule.queries)
    at(when, () => {
      const owner = accounts[account]
      if (owner)
        for (let n = 0; n < times; n += 1) {
          const seen = watch(ask(owner, asks), patience)
          if (patience === END) answers.push(seen)
        }
    })
  for (const done of schedule.trades)
    at(done.at, () => {
      trade({ broker, accountId: accountIds[done.account] ?? NaN }, done)
    })

  for (const [when, by] of schedule.settings)
    at(when, () => {
      setWallClock(by)
    })

  const inflict = (fault: Fault): void => {
    // An account that has never been authenticated here is taken for one of the other host: that is no fault.
    const isRouted = states.every(seen => seen.some(({ status }) => status === 'authenticated'))
    if (fault.kind !== 'misroute' || isRouted) broker.fault(fault)
  }
  for (const [when, faults] of schedule.troubles)
    at(when, () => {
      faults.forEach(inflict)
    })
  at(TROUBLE + 1, () => {
    broker.fault({ kind: 'recover' })
    if (schedule.lasting) broker.fault(schedule.lasting)
  })
  // A session that ended with an event that could not be read comes to light with the next question.
  at(TROUBLE + 50_000, () => {
    for (const account of accounts) answers.push(watch(ask(account, 'trader'), END))
  })
  at(QUIET, () => {
    for (const symbolId of [1, 2]) broker.shift(symbolId, 700)
    for (const accountId of accountIds) cancelPending({ broker, accountId })
  })
  at(LOOK + 1_000, () => {
    for (const { error, completed } of answers) expect(completed || error !== undefined).toBe(true)
  })

  return {
    broker,
    lines,
    mostLines,
    broken: game.broken,
    answers,
    muted: new Set(
      schedule.troubles.flatMap(([, faults]) =>
        faults.flatMap(one =>
          one.kind === 'mute'
            ? [one.symbolId]
            : // A bar that cannot be read is left out, and told on `rejected$`.
              one.kind === 'unreadableEntity' && one.payloadType === PayloadType.PROTO_OA_GET_TRENDBARS_RES
              ? [1, 2]
              : [],
        ),
      ),
    ),
    wasTooLarge: schedule.troubles.some(([, faults]) =>
      faults.some(one => one.kind === 'oversized' && one.above === undefined),
    ),
    unquoted: schedule.lasting && 'symbolId' in schedule.lasting ? schedule.lasting.symbolId : undefined,
    owned: () =>
      accounts.map(({ accountId }, index) => ({
        accountId,
        state: states[index]?.at(-1),
        visits: visits.filter(({ visit }) => visit.account === index && visit.to === END),
      })),
    refreshTokenOf: accountId => refreshTokens[grantOf(accountIds.indexOf(accountId as 11))] ?? '',
  }
}
