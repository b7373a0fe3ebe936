import { NEVER, of, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError } from 'rx-ctrader'
import { createGrantKeeper } from '../../../src/gateway/owner/grants'
import type { Grants } from '../../../src/gateway/owner/grants'
import { inVirtualTime } from '../../support/virtualTime'

const HOUR = 3_600_000

/** A store that renews by numbers: token-1 becomes token-2. */
const stored = (more: object = {}) => {
  const saved: string[] = []
  let asked = 0
  const grants: Grants = {
    load: () => of({ tokens: { accessToken: 'token-1', refreshToken: 'refresh-1', ...more }, version: '1' }),
    save: (grantId, { accessToken }, after) => {
      saved.push(`${grantId} ${accessToken} after ${after}`)
      return of(`${after}1`)
    },
  }
  const request = ((): Observable<object> => {
    asked += 1
    return of({
      accessToken: `token-${asked + 1}`,
      refreshToken: `refresh-${asked + 1}`,
      expiresIn: 3_600,
      tokenType: 'bearer',
    })
  }) as never
  return { grants, request, saved }
}
const log = (): void => undefined
const cause = new CTraderError({ reason: 'Refused', payloadType: 2102, errorCode: 'CH_ACCESS_TOKEN_INVALID' })

describe('a grant of a gateway', () => {
  it('replaces the token that was used last, saves it first, and gives it from then on', () => {
    inVirtualTime(({ at, watch }) => {
      const { grants, request, saved } = stored()
      const grant = createGrantKeeper(grants, log).grant('ann', request)
      const before = watch(grant.accessToken())
      at(10, () => {
        const replaced = watch(grant.replaceToken(cause))
        at(10, () => {
          const after = watch(grant.accessToken())
          at(10, () => {
            expect(before.values[0]).toBe('token-1')
            expect(replaced.error).toBeUndefined()
            expect(saved).toEqual(['ann token-2 after 1'])
            expect(after.values[0]).toBe('token-2')
          })
        })
      })
    })
  })

  it('errors with the cause where no token was used, or there is no other', () => {
    inVirtualTime(({ at, watch }) => {
      const { grants, request } = stored({ refreshToken: undefined })
      const grant = createGrantKeeper(grants, log).grant('ann', request)
      const unused = watch(grant.replaceToken(cause))
      watch(grant.accessToken())
      at(10, () => {
        expect(unused.error).toBe(cause)
        const replaced = watch(grant.replaceToken(cause))
        at(10, () => {
          expect(replaced.error).toBeDefined()
        })
      })
    })
  })

  it('is renewed before it expires, each time with the version that was saved last', () => {
    inVirtualTime(({ at, watch }) => {
      const { grants, request, saved } = stored({ expiresAt: HOUR })
      watch(createGrantKeeper(grants, log).grant('ann', request).renewal$, 3 * HOUR)
      at(2.5 * HOUR, () => {
        expect(saved.slice(0, 2)).toEqual(['ann token-2 after 1', 'ann token-3 after 11'])
      })
    })
  })

  it('is loaded again after it could not be loaded, and after it was forgotten', () => {
    inVirtualTime(({ at, watch }) => {
      let loads = 0
      const { request } = stored()
      const grants: Grants = {
        load: () => {
          loads += 1
          return loads === 1
            ? throwError(() => new Error('no disk'))
            : of({ tokens: { accessToken: `t${loads}` }, version: '' })
        },
        save: () => NEVER,
      }
      const keeper = createGrantKeeper(grants, log)
      const failed = watch(keeper.grant('ann', request).accessToken())
      const silent = watch(keeper.grant('bob', request).renewal$)
      at(10, () => {
        expect(failed.error).toMatchObject({ message: 'no disk' })
        expect(silent.error).toBeUndefined()
        const again = watch(keeper.grant('ann', request).accessToken())
        keeper.forget('ann')
        const later = watch(keeper.grant('ann', request).accessToken())
        at(10, () => {
          expect([again.values[0], later.values[0]]).toEqual(['t3', 't4'])
        })
      })
    })
  })
})
