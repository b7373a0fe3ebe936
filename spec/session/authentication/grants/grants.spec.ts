import { NEVER, Subject, asyncScheduler, concat, defer, of, throwError, timer } from 'rxjs'
import { CTraderError, PayloadType } from 'rx-ctrader'
import type { SendRequest, Tokens } from 'rx-ctrader'
import type { Observable } from 'rxjs'
import { createGrant } from '../../../../src/session/authentication/grants/grant'
import type { Grant } from '../../../../src/session/authentication/grants/grant'
import type { KeptTokens } from '../../../../src/session/authentication/grants/tokens'
import { inVirtualTime } from '../../../support/virtualTime'

const HOUR = 3_600_000

interface Scene {
  readonly grant: Grant
  /** The refresh tokens that were sent. */
  readonly sent: unknown[]
  readonly troubles: CTraderError[]
}

/** A grant at a server that gives `new1`, `new2` … for an hour each, or answers as it is told. */
const grantOf = (given: KeptTokens, answer?: () => Observable<unknown>): Scene => {
  const sent: unknown[] = []
  const troubles: CTraderError[] = []
  const request = ((_: number, { refreshToken }: { refreshToken: string }) =>
    defer(() => {
      sent.push(refreshToken)
      const count = sent.length
      return (
        answer?.() ??
        of({ accessToken: `new${count}`, refreshToken: `r${count}`, tokenType: 'bearer', expiresIn: 3_600 })
      )
    })) as unknown as SendRequest
  const grant = createGrant(given, {
    request,
    saveTimeout: 5_000,
    onRenewing: () => undefined,
    onRelease: () => undefined,
    conceal: text => text,
    pause: () => ({ delay: 1_000, over$: concat(timer(1_000), NEVER) }),
    onTrouble: error => troubles.push(error),
  })
  return { grant, sent, troubles }
}

const refused = (errorCode: string, description?: string): Observable<never> =>
  throwError(
    () =>
      new CTraderError({
        reason: 'Refused',
        payloadType: PayloadType.PROTO_OA_REFRESH_TOKEN_REQ,
        errorCode,
        ...(description !== undefined && { description }),
      }),
  )

describe('what another account knows of a grant', () => {
  it('is taken over where it was not known: the refresh token', () => {
    inVirtualTime(({ watch }) => {
      const { grant, sent } = grantOf({ accessToken: 'old' })
      expect(grant.isRenewable()).toBe(false)
      grant.adopt({ accessToken: 'old' })
      expect(grant.isRenewable()).toBe(false)
      grant.adopt({ accessToken: 'old', refreshToken: 'r' })
      expect(grant.isRenewable()).toBe(true)
      watch(grant.renew('old'))
      expect(sent).toEqual(['r'])
    })
  })

  it('is not taken over where it was: that token may be the older one', () => {
    inVirtualTime(({ watch }) => {
      const { grant, sent } = grantOf({ accessToken: 'old', refreshToken: 'mine' })
      grant.adopt({ accessToken: 'old', refreshToken: 'another' })
      watch(grant.renew('old'))
      expect(sent).toEqual(['mine'])
    })
  })

  it('is taken over where it was not known: when the access token expires', () => {
    inVirtualTime(({ watch, at }) => {
      const { grant, sent } = grantOf({ accessToken: 'old', refreshToken: 'r' })
      grant.adopt({ accessToken: 'old' })
      watch(grant.renewal$, 20 * HOUR)
      at(10, () => {
        expect(sent).toEqual([])
      })
      const later = grantOf({ accessToken: 'old', refreshToken: 'r' })
      later.grant.adopt({ accessToken: 'old', expiresAt: 10 * HOUR })
      later.grant.adopt({ accessToken: 'old', expiresAt: 1 })
      watch(later.grant.renewal$, 9.5 * HOUR)
      at(9 * HOUR - 10, () => {
        expect(later.sent).toEqual([])
      })
      at(9 * HOUR + 10, () => {
        expect(later.sent).toEqual(['r'])
        expect(sent).toEqual([])
      })
    })
  })

  it('is taken over where it was not known: how a pair is saved, by the first who says so', () => {
    inVirtualTime(({ watch }) => {
      const saved: [string, string][] = []
      const saveAs = (who: string) => (tokens: Required<Tokens>) => saved.push([who, tokens.accessToken])
      const { grant } = grantOf({ accessToken: 'old', refreshToken: 'r' })
      grant.adopt({ accessToken: 'old', saveTokens: saveAs('first') })
      grant.adopt({ accessToken: 'old', saveTokens: saveAs('second') })
      watch(grant.renew('old'))
      expect(saved).toEqual([['first', 'new1']])
    })
  })
})

describe('the access token to use', () => {
  it('is that which was given, as long as it is good', () => {
    inVirtualTime(({ watch }) => {
      const { grant, sent } = grantOf({ accessToken: 'old', refreshToken: 'r', expiresAt: 1 })
      expect(watch(grant.accessToken$).values).toEqual(['old'])
      expect(sent).toEqual([])
    })
  })

  it('is renewed first when its time is over, to the ms', () => {
    inVirtualTime(({ watch, at }) => {
      const { grant, sent } = grantOf({ accessToken: 'old', refreshToken: 'r', expiresAt: 5 })
      at(4, () => {
        expect(watch(grant.accessToken$, 0).values).toEqual(['old'])
      })
      at(5, () => {
        expect(watch(grant.accessToken$, 0).values).toEqual(['new1'])
        expect(sent).toEqual(['r'])
      })
    })
  })

  it('is waited for while it is being renewed', () => {
    inVirtualTime(({ watch }) => {
      const answer$ = new Subject()
      const { grant } = grantOf({ accessToken: 'old', refreshToken: 'r' }, () => answer$)
      watch(grant.renew('old'))
      const seen = watch(grant.accessToken$)
      expect(seen.values).toEqual([])
      answer$.next({ accessToken: 'new', refreshToken: 'r1', tokenType: 'bearer', expiresIn: 60 })
      answer$.complete()
      expect(seen.values).toEqual(['new'])
    })
  })

  it('is the old one where it cannot be renewed, and that is told', () => {
    inVirtualTime(({ watch }) => {
      const { grant, troubles } = grantOf({ accessToken: 'old', refreshToken: 'r', expiresAt: -1 }, () =>
        refused('UNKNOWN_ERROR'),
      )
      const seen = watch(grant.accessToken$)
      expect(seen).toMatchObject({ values: ['old'], error: undefined })
      expect(troubles).toMatchObject([{ reason: 'Refused', errorCode: 'UNKNOWN_ERROR' }])
    })
  })

  it('is saved first where it was renewed and could not be saved, and not renewed again', () => {
    inVirtualTime(({ watch }) => {
      let full = true
      const { grant, sent } = grantOf({
        accessToken: 'old',
        refreshToken: 'r',
        saveTokens: () => {
          if (full) throw new Error('no space for new1 and r1')
        },
      })
      const failed = watch(grant.renew('old'))
      expect(failed.error).toMatchObject({
        reason: 'TokensNotSaved',
        detail: 'no space for [redacted] and [redacted]',
      })
      expect(watch(grant.accessToken$).values).toEqual(['old'])
      full = false
      expect(watch(grant.accessToken$).values).toEqual(['new1'])
      expect(sent).toEqual(['r'])
      expect(grant.knows('new1')).toBe(true)
    })
  })
})

describe('a renewal that callers wait for', () => {
  const answered = { accessToken: 'new', refreshToken: 'r1', tokenType: 'bearer', expiresIn: 60 }

  it('is one for all of them, and goes on when they have left', () => {
    inVirtualTime(({ watch }) => {
      const answer$ = new Subject()
      const { grant, sent } = grantOf({ accessToken: 'old', refreshToken: 'r' }, () => answer$)
      for (const seen of [watch(grant.renew('old')), watch(grant.renew('old'))]) seen.unsubscribe()
      answer$.next(answered)
      expect(watch(grant.accessToken$).values).toEqual(['new'])
      expect(sent).toEqual(['r'])
      expect(watch(grant.renew('old'))).toMatchObject({ completed: true })
    })
  })

  it('is not due any more when it was refused: the next caller begins another', () => {
    inVirtualTime(({ watch }) => {
      const { grant, sent } = grantOf({ accessToken: 'old', refreshToken: 'r' }, () =>
        refused('UNKNOWN_ERROR'),
      )
      watch(grant.renew('old'))
      expect(watch(grant.accessToken$).values).toEqual(['old'])
      expect(sent).toEqual(['r'])
      watch(grant.renew('old'))
      expect(sent).toEqual(['r', 'r'])
    })
  })
})

describe('a pair that is being saved', () => {
  it('is waited for as long as a request may take, and then saved again at the next occasion', () => {
    inVirtualTime(({ watch, at }) => {
      let answers = false
      const saved: string[] = []
      const { grant, sent } = grantOf({
        accessToken: 'old',
        refreshToken: 'r',
        saveTokens: ({ accessToken }) => {
          saved.push(accessToken)
          return answers ? timer(4_999) : NEVER
        },
      })
      const seen = watch(grant.renew('old'))
      at(4_999, () => {
        expect(seen.error).toBeUndefined()
      })
      at(5_001, () => {
        expect(seen.error).toMatchObject({
          reason: 'TokensNotSaved',
          detail: 'it took longer than 5000 ms',
        })
        answers = true
        const again = watch(grant.accessToken$)
        at(5_000, () => {
          expect(again.values).toEqual(['new1'])
        })
      })
      at(20_000, () => {
        expect([saved, sent]).toEqual([['new1', 'new1'], ['r']])
      })
    })
  })
})

describe('a refresh token that is refused', () => {
  it.each([undefined, 'Refresh token is revoked'])(
    'loses the grant, saying what the server says: %s',
    words => {
      inVirtualTime(({ watch }) => {
        const { grant } = grantOf({ accessToken: 'old', refreshToken: 'r' }, () =>
          refused('CH_ACCESS_TOKEN_INVALID', words),
        )
        const { error } = watch(grant.renew('old'))
        expect(error).toMatchObject({ reason: 'GrantLost', errorCode: 'CH_ACCESS_TOKEN_INVALID' })
        expect((error as { description?: string }).description).toBe(words)
        expect(Object.hasOwn(error as object, 'description')).toBe(words !== undefined)
      })
    },
  )

  it('is tried again where that is not final, and an error of another kind stays what it is', () => {
    inVirtualTime(({ watch }) => {
      const torn = new Error('torn')
      const { grant } = grantOf({ accessToken: 'old', refreshToken: 'r' }, () => throwError(() => torn))
      expect(watch(grant.renew('old')).error).toBe(torn)
      expect(grant.isRenewable()).toBe(true)
    })
  })
})

describe('renewing ahead of time', () => {
  it.each([
    ['in the last tenth of its life', 10 * HOUR, 9 * HOUR],
    ['at once where it is too late', -1, 0],
  ])('is done %s', (_, expiresAt, due) => {
    inVirtualTime(({ watch, at }) => {
      const renewedAt: number[] = []
      const { grant } = grantOf({ accessToken: 'old', refreshToken: 'r', expiresAt }, () => {
        renewedAt.push(asyncScheduler.now())
        return NEVER
      })
      watch(grant.renewal$, due + 100)
      at(due + 99, () => {
        expect(renewedAt).toEqual([due])
      })
    })
  })
})
