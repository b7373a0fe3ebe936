import { NEVER, concat, lastValueFrom, of, throwError, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError, PayloadType } from 'rx-ctrader'
import type { SendRequest } from 'rx-ctrader'
import { awaitSaving, requestPair } from '../../../../src/session/authentication/grants/renewalSteps'
import { inVirtualTime } from '../../../support/virtualTime'

const saving = { saveTimeout: 5_000, conceal: (text: string) => text.replaceAll('client secret', '…') }

const requesting = (answer$: Observable<unknown>): SendRequest => (() => answer$) as unknown as SendRequest

const refusal = (errorCode: string): CTraderError =>
  new CTraderError({ reason: 'Refused', payloadType: PayloadType.PROTO_OA_REFRESH_TOKEN_REQ, errorCode })

describe('awaitSaving', () => {
  it('waits for an observable, and emits nothing', () => {
    inVirtualTime(({ watch, at }) => {
      const seen = watch(
        awaitSaving(() => timer(4_999), saving, []),
        6_000,
      )
      at(4_998, () => expect(seen.completed).toBe(false))
      at(5_000, () => expect(seen).toMatchObject({ values: [], completed: true }))
    })
  })

  it('waits for a promise', async () => {
    let isSaved = false
    const save = async (): Promise<void> => {
      await Promise.resolve()
      isSaved = true
    }
    await lastValueFrom(awaitSaving(save, saving, []), { defaultValue: undefined })
    expect(isSaved).toBe(true)
  })

  it('errors when it takes too long', () => {
    inVirtualTime(({ watch, at }) => {
      const seen = watch(
        awaitSaving(() => NEVER, saving, []),
        6_000,
      )
      at(5_001, () =>
        expect(seen.error).toMatchObject({ reason: 'TokensNotSaved', detail: 'it took longer than 5000 ms' }),
      )
    })
  })

  it('errors with what the user threw, without secrets', () => {
    inVirtualTime(({ watch }) => {
      const full = (): never => {
        throw new Error('no room for T1, T2 and client secret')
      }
      expect(watch(awaitSaving(full, saving, ['T1', 'T2'], 'told: ')).error).toMatchObject({
        reason: 'TokensNotSaved',
        detail: 'told: no room for [redacted], [redacted] and …',
      })
    })
  })
})

describe('requestPair', () => {
  const answered = (expiresIn: number) => ({
    accessToken: 'new',
    refreshToken: 'r1',
    tokenType: 'bearer',
    expiresIn,
  })

  it.each([
    ['as long as the server says', 3_600, 3_600_000],
    ['for a minute at least', 1, 60_000],
  ])('gives a pair that is good %s', (_, expiresIn, expiresAt) => {
    inVirtualTime(({ watch }) => {
      const seen = watch(requestPair(requesting(of(answered(expiresIn))), 'r'))
      expect(seen.values).toEqual([{ accessToken: 'new', refreshToken: 'r1', expiresAt }])
    })
  })

  it('is over with the answer, with anything after it', () => {
    inVirtualTime(({ watch }) => {
      const answer$ = concat(
        of(answered(60)),
        throwError(() => new Error('late')),
      )
      expect(watch(requestPair(requesting(answer$), 'r'))).toMatchObject({
        completed: true,
        error: undefined,
      })
    })
  })

  it.each([
    ['loses the grant when the refusal is final', 'CH_ACCESS_TOKEN_INVALID', 'GrantLost'],
    ['errors with another refusal', 'UNKNOWN_ERROR', 'Refused'],
  ])('%s', (_, errorCode, reason) => {
    inVirtualTime(({ watch }) => {
      const refused$ = throwError(() => refusal(errorCode))
      expect(watch(requestPair(requesting(refused$), 'r')).error).toMatchObject({ reason, errorCode })
    })
  })
})
