import type { Meter } from '@opentelemetry/api'
import { finalize, merge, mergeMap, tap } from 'rxjs'
import type { Subscription } from 'rxjs'
import type { AccountUse } from '../../session/accountUses'
import type { Activity } from '../../session/activity'
import { observeGaps } from '../../session/state/gap'
import type { Gap } from '../../session/state/gap'
import { errorAttributes } from '../model/attributes'
import type { NameAccount } from '../model/attributes'
import { tally, observe } from './observe'
import { countOptions, createCounters, longDuration, seconds } from './units'

/** Accounts: their states, and the gaps in which they may have missed something. */
export const measureAccounts = (
  meter: Meter,
  { accountUse$ }: Activity,
  nameOf: NameAccount,
): Subscription => {
  const { failures, gaps } = createCounters(meter, {
    failures: ['ctrader.client.account.failures', 'failure', 'Accounts that have failed for good'],
    gaps: ['ctrader.client.gaps', 'gap', 'Times in which an account may have missed something'],
  })
  const duration = meter.createHistogram(
    'ctrader.client.gap.duration',
    longDuration('Time until an account is authenticated again'),
  )
  const states = new Map<AccountUse, string>()
  const inGap = new Set<AccountUse>()

  const noteGap = (use: AccountUse, { from, resumed, to, unreadable }: Gap): void => {
    const attributes = {
      ...nameOf(use.accountId),
      'ctrader.gap.cause': unreadable === undefined ? 'session' : 'unreadable',
    }
    if (!resumed) {
      gaps.add(1, attributes)
      inGap.add(use)
      return
    }
    inGap.delete(use)
    duration.record(seconds(Math.max(0, (to ?? from) - from)), attributes)
  }

  const watch = (use: AccountUse) =>
    merge(
      use.session$.pipe(
        tap(session => {
          states.set(use, session.status)
          if (session.status === 'failed')
            failures.add(1, { ...nameOf(use.accountId), ...errorAttributes(session.cause) })
        }),
      ),
      observeGaps(use.session$, use.accountId).pipe(
        tap(gap => {
          noteGap(use, gap)
        }),
      ),
    ).pipe(
      finalize(() => {
        states.delete(use)
        inGap.delete(use)
      }),
    )

  const measuring = accountUse$.pipe(mergeMap(watch)).subscribe()
  measuring.add(
    observe(
      meter,
      'createObservableUpDownCounter',
      'ctrader.client.accounts',
      countOptions('account', 'Accounts in use by status'),
      () =>
        [...tally(states.values(), status => status)].map(
          ([status, count]) => [count, { 'ctrader.account.status': status }] as const,
        ),
    ),
  )
  measuring.add(
    observe(
      meter,
      'createObservableUpDownCounter',
      'ctrader.client.gap.active',
      countOptions('account', 'Accounts that are in a gap now'),
      () => [[inGap.size, {}]],
    ),
  )
  return measuring
}
