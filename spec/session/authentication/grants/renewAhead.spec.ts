import { EMPTY, NEVER, asyncScheduler, defer, of, throwError, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError } from 'rx-ctrader'
import { tokenLifetime } from '../../../../src/session/authentication/grants/lifetime'
import { renewAhead } from '../../../../src/session/authentication/grants/renewAhead'
import { inVirtualTime } from '../../../support/virtualTime'

const HOUR = 3_600_000

/** Renewals at 9 h of a token's 10 h, with these outcomes one after the other, and pauses of 1 s, 2 s … */
const renewalsWith = (outcomes: readonly Observable<never>[]) => {
  const renewedAt: number[] = []
  const troubles: string[] = []
  let lifetime = tokenLifetime(10 * HOUR)
  const renewal$ = defer(() => {
    const outcome$ = outcomes[renewedAt.length] ?? NEVER
    renewedAt.push(asyncScheduler.now())
    if (outcome$ === EMPTY) lifetime = tokenLifetime(asyncScheduler.now() + 10 * HOUR)
    return outcome$
  })
  const ahead$ = renewAhead(() => lifetime, renewal$, {
    pause: (_, failures) => ({ delay: failures * 1_000, over$: timer(failures * 1_000) }),
    onTrouble: ({ reason }) => troubles.push(reason),
  })
  return { ahead$, renewedAt, troubles }
}

const failed$ = throwError(() => new CTraderError({ reason: 'TokensNotSaved', detail: 'no space' }))

describe('renewAhead', () => {
  it('renews in the last tenth of each lifetime', () => {
    inVirtualTime(({ watch, at }) => {
      const { ahead$, renewedAt } = renewalsWith([EMPTY])
      const seen = watch(ahead$, 19 * HOUR)
      at(18.5 * HOUR, () => {
        expect(renewedAt).toEqual([9 * HOUR, 18 * HOUR])
        expect(seen).toMatchObject({ values: [], completed: false })
      })
    })
  })

  it('retries with growing pauses, short again after a success', () => {
    inVirtualTime(({ watch, at }) => {
      const { ahead$, renewedAt, troubles } = renewalsWith([failed$, failed$, EMPTY, failed$])
      watch(ahead$, 19 * HOUR)
      at(18.5 * HOUR, () => {
        const second = 18 * HOUR + 3_000
        expect(renewedAt).toEqual([9 * HOUR, 9 * HOUR + 1_000, 9 * HOUR + 3_000, second, second + 1_000])
        expect(troubles).toEqual(Array(3).fill('TokensNotSaved'))
      })
    })
  })

  it('stops, without an error, when the grant is lost', () => {
    inVirtualTime(({ watch, at }) => {
      const lost$ = throwError(
        () => new CTraderError({ reason: 'GrantLost', errorCode: 'CH_ACCESS_TOKEN_INVALID' }),
      )
      const { ahead$, renewedAt, troubles } = renewalsWith([lost$])
      const seen = watch(ahead$, 11 * HOUR)
      at(10.5 * HOUR, () => {
        expect([renewedAt, troubles]).toEqual([[9 * HOUR], ['GrantLost']])
        expect(seen).toMatchObject({ error: undefined, completed: false })
      })
    })
  })

  it('does nothing without a lifetime', () => {
    inVirtualTime(({ watch }) => {
      const renewal$ = throwError(() => new Error('renewed'))
      const pause = () => ({ delay: 0, over$: of(0) })
      expect(
        watch(renewAhead(() => undefined, renewal$, { pause, onTrouble: () => undefined })),
      ).toMatchObject({
        error: undefined,
        completed: false,
      })
    })
  })
})
