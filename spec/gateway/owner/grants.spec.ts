import * as fc from 'fast-check'
import { NEVER, Subject, defer, of, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError } from 'rx-ctrader'
import { GRANT_TTL } from '../../../src/gateway/owner/grants/grantClaim'
import { createGrantKeeper } from '../../../src/gateway/owner/grants/grants'
import type { Grants } from '../../../src/gateway/owner/grants/grants'
import { lineWith } from '../../support/grantLine'
import { busMedium, processOnBus } from '../../support/remoteBus'
import type { BusMedium } from '../../support/remoteBus'
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
  return { grants, line: lineWith(request), saved }
}
const log = (): void => undefined
const cause = new CTraderError({ reason: 'Refused', payloadType: 2102, errorCode: 'CH_ACCESS_TOKEN_INVALID' })

describe('a grant of a gateway', () => {
  it('replaces the token that was used last, saves it first, and gives it from then on', () => {
    inVirtualTime(({ at, watch }) => {
      const { grants, line, saved } = stored()
      const grant = createGrantKeeper(grants, log).grant('ann', line)
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
      const { grants, line } = stored({ refreshToken: undefined })
      const grant = createGrantKeeper(grants, log).grant('ann', line)
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
      const { grants, line, saved } = stored({ expiresAt: HOUR })
      watch(createGrantKeeper(grants, log).grant('ann', line).renewal$, 3 * HOUR)
      at(2.5 * HOUR, () => {
        expect(saved.slice(0, 2)).toEqual(['ann token-2 after 1', 'ann token-3 after 11'])
      })
    })
  })

  it('is loaded again after it could not be loaded, and after it was forgotten', () => {
    inVirtualTime(({ at, watch }) => {
      let loads = 0
      const { line } = stored()
      const grants: Grants = {
        load: () => {
          loads += 1
          return loads === 1
            ? throwError(() => new Error('no disk'))
            : of({ tokens: { accessToken: `t${loads}` }, version: String(loads) })
        },
        save: () => NEVER,
      }
      const keeper = createGrantKeeper(grants, log)
      const failed = watch(keeper.grant('ann', line).accessToken())
      const silent = watch(keeper.grant('bob', line).renewal$)
      at(10, () => {
        expect(failed.error).toMatchObject({ message: 'no disk' })
        expect(silent.error).toBeUndefined()
        const again = watch(keeper.grant('ann', line).accessToken())
        keeper.forget('ann')
        const later = watch(keeper.grant('ann', line).accessToken())
        at(10, () => {
          expect([again.values[0], later.values[0]]).toEqual(['t3', 't4'])
        })
      })
    })
  })
})

describe('a grant that several processes use', () => {
  /** `GRANT_RUNS=500 npm run spec -- spec/gateway/owner/grants` for many more. */
  const RUNS = Number(process.env['GRANT_RUNS'] ?? 20)
  const deed = fc.record({
    at: fc.integer({ min: 0, max: 5 * HOUR }),
    who: fc.integer({ min: 0, max: 2 }),
    what: fc.constantFrom('pause', 'cut', 'kill'),
    lasts: fc.integer({ min: 500, max: HOUR }),
  })
  /** Those near the times at which tokens are renewed. */
  const nearby = fc.record({
    at: fc
      .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 8_000 }))
      .map(([half, ms]) => half * (HOUR / 2) + ms),
    who: fc.integer({ min: 0, max: 2 }),
    what: fc.constantFrom('pause', 'cut'),
    lasts: fc.integer({ min: 500, max: 20_000 }),
  })

  /** A store and a server, at which each refresh token is good once. */
  const scene = (leavesAfter = 20) => {
    let stored = {
      tokens: { accessToken: 'token-0', refreshToken: 'refresh-0', expiresAt: HOUR },
      version: '0',
    }
    const used: string[] = []
    const saved: string[] = []
    const change$ = new Subject<typeof stored>()
    const grants: Grants = {
      load: () => defer(() => of(stored)),
      save: (_, tokens, after) =>
        defer(() => {
          if (stored.version !== after) return throwError(() => new Error('it has changed'))
          stored = { tokens, version: String(Number(after) + 1) }
          saved.push(tokens.refreshToken)
          change$.next(stored)
          return of(stored.version)
        }),
    }
    const request = ((_: number, { refreshToken }: { readonly refreshToken: string }) =>
      defer(() => {
        used.push(refreshToken)
        const count = used.length
        return of({ accessToken: `token-${count}`, refreshToken: `refresh-${count}`, expiresIn: 3_600 })
      })) as never
    return {
      grants,
      line: lineWith(request, leavesAfter),
      used,
      saved,
      change$,
      kept: () => stored,
    }
  }
  const processOn = (medium: BusMedium, rate: number, { grants, line }: ReturnType<typeof scene>) => {
    const process = processOnBus(medium, rate, () => ({ there: 2, back: 2, lost: 'nothing' }))
    const keeper = createGrantKeeper(grants, log, grantId =>
      process.bus.lease(`grant.${grantId}`, { ttl: GRANT_TTL }),
    )
    return { process, grant: keeper.grant('ann', line) }
  }

  it('is renewed by one of them, which saves the pair before it is used, and the others follow', () => {
    fc.assert(
      fc.property(
        fc.tuple(...[1, 2, 3].map(() => fc.constantFrom(0.9, 1, 1.1))),
        fc.array(fc.oneof(deed, nearby), { maxLength: 12 }),
        fc.boolean(),
        (rates, deeds, isWatched) => {
          inVirtualTime(({ at, watch }) => {
            const medium = busMedium()
            const shared = scene()
            const seen = isWatched ? { ...shared.grants, watch: () => shared.change$ } : shared.grants
            const all = rates.map(rate => processOn(medium, rate, { ...shared, grants: seen }))
            for (const { grant } of all) watch(grant.renewal$, 8 * HOUR)
            for (const { at: when, who, what, lasts } of deeds)
              at(when, () => {
                const one = all[who]?.process
                if (what === 'pause') one?.pause()
                else if (what === 'cut') one?.cut()
                else if (who < 2) one?.kill()
                at(lasts, () => {
                  if (what === 'pause') one?.resume()
                  else if (what === 'cut') one?.join()
                })
              })
            at(7 * HOUR, () => {
              expect(new Set(shared.used).size).toBe(shared.used.length)
              // It has gone on all the time.
              expect(shared.used.length).toBeGreaterThan(4)
              expect(shared.saved).toHaveLength(shared.used.length)
              const last = all[2]?.grant
              const replaced = last ? watch(last.replaceToken(cause), HOUR / 2) : undefined
              at(HOUR / 4, () => {
                const token = last ? watch(last.accessToken(), HOUR / 4) : undefined
                at(60_000, () => {
                  expect(token?.values[0]).toBe(shared.kept().tokens.accessToken)
                  expect(replaced?.values).toEqual([])
                })
              })
            })
          })
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('sends no refresh token that waited for its turn until another process had the right to it', () => {
    inVirtualTime(({ at, watch }) => {
      const medium = busMedium()
      const shared = scene()
      const quick = processOn(medium, 1, shared)
      const other = scene(100_000)
      const late = processOn(medium, 1, { ...shared, line: other.line })
      watch(quick.grant.accessToken())
      watch(late.grant.accessToken())
      at(1_000, () => {
        watch(late.grant.replaceToken(cause))
        at(100, () => {
          late.process.cut()
          watch(quick.grant.replaceToken(cause))
        })
      })
      at(150_000, () => {
        expect(shared.used).toEqual(['refresh-0'])
        expect(other.used).toEqual([])
      })
    })
  })
})
