import { isCTraderError, PayloadType } from 'rx-ctrader'
import type { AuthState, ProtoOATrendbarPeriod } from 'rx-ctrader'
import { read } from '../../soak/rules'
import { consumers } from './consumers'
import type { Consumer } from './consumers'
import type { Owned, Session, Visited } from './play'
import type { Frame } from './recorded'
import { QUIET } from './times'
import { vainSymbols, valuingSymbols } from './truths'
import type { Of } from './truths'

const { PROTO_OA_SPOT_EVENT } = PayloadType

export const isGrantLost = (state: AuthState | undefined): boolean =>
  state?.status === 'failed' && state.cause.reason === 'GrantLost'

/** The accounts that can be used: those whose grant is not lost, which is an end by design. */
export const usable = ({ owned }: Session): readonly Owned[] =>
  owned().filter(({ state }) => !isGrantLost(state))

const sorted = (numbers: Iterable<number>): number[] => [...new Set(numbers)].sort((a, b) => a - b)

const kindOf = ({ visit }: Visited): Consumer => consumers[visit.wants]

/** The periods of the bars in the spot events of a symbol since all is well. */
const periodsOf = (line: readonly Frame[], accountId: number, symbolId: number): number[] =>
  sorted(
    line
      .filter(({ at, isSent }) => !isSent && at >= QUIET)
      .map(({ text }) => read(text))
      .filter(
        ({ payloadType, payload }) =>
          payloadType === PROTO_OA_SPOT_EVENT &&
          payload?.['ctidTraderAccountId'] === accountId &&
          payload['symbolId'] === symbolId,
      )
      .flatMap(({ payload }) => (payload?.['trendbar'] ?? []) as { readonly period: number }[])
      .map(({ period }) => period),
  )

const isTooLarge = (error: unknown): boolean => isCTraderError(error) && error.reason === 'TooLarge'

/** Each account is authenticated, each consumer hears something, and no account is on two lines. */
export const expectLively = (session: Session): void => {
  const accounts = usable(session)
  for (const { accountId, state } of accounts) expect(state).toEqual({ status: 'authenticated', accountId })
  for (const { visits } of accounts)
    for (const visited of visits) {
      const { visit, seen } = visited
      if (session.wasTooLarge && isTooLarge(seen?.error)) continue
      const isHeard = !kindOf(visited).isLively || (seen?.timed.at(-1)?.[0] ?? -1) >= QUIET
      expect({ visit, error: seen?.error, isHeard }).toEqual({ visit, error: undefined, isHeard: true })
    }
  const open = session.broker.lines()
  const there = open.flatMap(({ accountIds }) => accountIds)
  expect(new Set(there).size).toBe(there.length)
  expect(open.length).toBeLessThanOrEqual(session.mostLines)
}

/** The server has subscribed what is consumed, and nothing else. */
export const expectSubscribed = (session: Session): void => {
  const { broker, lines } = session
  for (const { accountId, visits } of usable(session)) {
    const of: Of = { broker, accountId, symbolId: NaN, at: broker.now(), unquoted: session.unquoted }
    const standing = visits.filter(({ seen }) => seen?.error === undefined)
    const taking = (what: Consumer['takes']) =>
      standing.filter(visited => kindOf(visited).takes === what).map(({ visit }) => visit.symbolId)
    const isValuing = taking('valuing').length > 0
    const wanted = [...taking('spots'), ...(isValuing ? valuingSymbols(of) : [])]
    const line = broker.lines().find(({ accountIds }) => accountIds.includes(accountId))
    const report = line?.subscriptions.find(one => one.accountId === accountId)
    // A symbol that is in no list may have been refused, and those that go with it are of no use then.
    const vain = isValuing ? vainSymbols(of).filter(one => !taking('spots').includes(one)) : []
    const but = (symbolIds: readonly number[] = []): number[] => symbolIds.filter(one => !vain.includes(one))
    expect({ ...report, spots: but(report?.spots) }).toEqual({
      accountId,
      spots: sorted(but(wanted)),
      depth: sorted(taking('depth')),
    })
    for (const symbolId of [1, 2]) {
      const periods = standing
        .filter(({ visit }) => visit.symbolId === symbolId)
        .flatMap(visited => kindOf(visited).period ?? [])
      expect(periodsOf(lines.flat(), accountId, symbolId)).toEqual(
        sorted(periods satisfies readonly ProtoOATrendbarPeriod[]),
      )
    }
  }
}

/** What each consumer must show once what is on its way has come: to be called with it then. */
export const truthsNow = (session: Session): (() => void) => {
  const { broker } = session
  const at = Math.floor(broker.now())
  const due = usable(session).flatMap(({ accountId, visits }) =>
    visits.flatMap(visited => {
      const { compare } = kindOf(visited)
      if (!compare || visited.seen?.error !== undefined) return []
      const of: Of = {
        broker,
        accountId,
        symbolId: visited.visit.symbolId,
        at,
        muted: session.muted,
        unquoted: session.unquoted,
      }
      const pair = (): readonly [unknown, unknown] => compare(visited.seen?.values ?? [], of)
      const [, truth] = pair()
      return [
        () => {
          const [shown] = pair()
          expect({ visit: visited.visit, shown }).toEqual({ visit: visited.visit, shown: truth })
        },
      ]
    }),
  )
  return () => {
    for (const check of due) check()
  }
}
