import type { Control } from './control'
import type { SoakSession } from './session'
import { accountIds } from './world'

const same = (a: readonly number[], b: readonly number[]): boolean =>
  JSON.stringify([...new Set(a)].sort()) === JSON.stringify([...new Set(b)].sort())

/** What of a session is not whole where it is, in words. */
const unhealed = ({ states, visitors, usable, unsettled }: SoakSession, since: number): readonly string[] => {
  const ids = usable()
  return [
    ...ids.flatMap(accountId => {
      const state = states.get(accountId)
      if (state?.status === 'authenticated') return []
      const why = state && 'cause' in state ? `, as ${state.cause.message}` : ''
      return [`account ${accountId} is ${String(state?.status)}${why}`]
    }),
    ...[...visitors].flatMap(({ account: { accountId }, kind, symbolId, heardAt, error }) =>
      !ids.some(id => id === accountId) || heardAt > since
        ? []
        : [`${kind} of symbol ${symbolId} for ${accountId} are not heard: ${String(error)}`],
    ),
    ...(unsettled() > 0 ? [`${unsettled()} requests have not settled`] : []),
  ]
}

/**
 * What is not whole, in words: of a session, or of several over one line. Streams must have been heard since a time, in ms
 * since the epoch.
 */
export const woundsOf = async (
  sessions: readonly SoakSession[],
  control: Control,
  since: number,
): Promise<readonly string[]> => {
  const lines = await control.lines()
  const ids = accountIds.filter(id => sessions.some(({ usable }) => usable().includes(id)))
  const visitors = sessions.flatMap(session => [...session.visitors])
  const wanted = (accountId: number, ...kinds: readonly string[]): number[] =>
    visitors
      .filter(({ account, kind }) => account.accountId === accountId && kinds.includes(kind))
      .map(({ symbolId }) => symbolId)
  return [
    ...sessions.flatMap(session => unhealed(session, since)),
    ...(lines.length === 1 ? [] : [`there are ${lines.length} lines`]),
    ...ids.flatMap(accountId => {
      const { spots = [], depth = [] } =
        lines[0]?.subscriptions.find(subscription => subscription.accountId === accountId) ?? {}
      return same(spots, wanted(accountId, 'spots', 'bars')) && same(depth, wanted(accountId, 'depth'))
        ? []
        : [`account ${accountId} has on the server spots of ${spots.join()} and depth of ${depth.join()}`]
    }),
  ]
}
