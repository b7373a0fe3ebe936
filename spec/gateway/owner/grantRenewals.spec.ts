import { NEVER, Subject, defer, of, throwError } from 'rxjs'
import { CTraderError } from 'rx-ctrader'
import { createGrantKeeper } from '../../../src/gateway/owner/grants/grants'
import type { Grants } from '../../../src/gateway/owner/grants/grants'
import type { StoredGrant } from '../../../src/gateway/owner/grants/storedGrant'
import { lineWith } from '../../support/grantLine'
import { inVirtualTime } from '../../support/virtualTime'
import type { VirtualTime } from '../../support/virtualTime'

const cause = new CTraderError({ reason: 'Refused', payloadType: 2102, errorCode: 'CH_ACCESS_TOKEN_INVALID' })
const refusal = new CTraderError({
  reason: 'Refused',
  payloadType: 2173,
  errorCode: 'CH_ACCESS_TOKEN_INVALID',
})

const pairOf = (name: string): StoredGrant => ({
  tokens: { accessToken: `access-${name}`, refreshToken: `refresh-${name}` },
  version: name,
})

/** A store and a server that can both fail. */
const scene = (leavesAfter = 0) => {
  let stored = pairOf('1')
  const state = { saves: 0, failing: 0, isRefusing: false }
  const sent: string[] = []
  const logged: unknown[] = []
  const change$ = new Subject<StoredGrant>()
  const put = (next: StoredGrant): void => {
    stored = next
    change$.next(next)
  }
  const grants: Grants = {
    load: () => defer(() => of(stored)),
    save: (_, tokens, after) =>
      defer(() => {
        state.saves += 1
        if (stored.version !== after) return throwError(() => new Error('it has changed'))
        if (state.saves <= state.failing)
          return throwError(() => new Error(`no room for ${tokens.refreshToken}`))
        put({ tokens, version: `${after}1` })
        return of(stored.version)
      }),
    watch: () => change$,
  }
  const line = lineWith((_, { refreshToken }: { readonly refreshToken: string }) => {
    sent.push(refreshToken)
    if (state.isRefusing) return throwError(() => refusal)
    const { accessToken } = pairOf(String(sent.length + 1)).tokens
    return of({ accessToken, refreshToken: `refresh-${sent.length + 1}`, expiresIn: 3_600 })
  }, leavesAfter)
  const log = (_: unknown, __: unknown, fields: unknown): void => {
    logged.push(fields)
  }
  return { grants, line, log, sent, logged, state, put, kept: () => stored }
}
type Scene = ReturnType<typeof scene>

const inScene = (act: (given: Scene & VirtualTime) => void, leavesAfter?: number): void => {
  inVirtualTime(time => {
    act({ ...scene(leavesAfter), ...time })
  })
}

describe('a renewal that goes wrong', () => {
  it('sends a refresh token that was refused no more, and goes on with other tokens', () => {
    inScene(({ at, watch, grants, line, log, sent, state, put }) => {
      const keeper = createGrantKeeper(grants, log)
      const grant = keeper.grant('ann', line)
      state.isRefusing = true
      watch(grant.accessToken())
      const errors: unknown[] = []
      for (const moment of [10, 10_000, 20_000])
        at(moment, () => {
          keeper.forget('ann')
          const replaced = watch(keeper.grant('ann', line).replaceToken(cause))
          at(5, () => {
            errors.push((replaced.error as CTraderError).reason)
          })
        })
      at(30_000, () => {
        expect(errors).toEqual(['GrantLost', 'GrantLost', 'GrantLost'])
        expect(sent).toEqual(['refresh-1'])
        put(pairOf('new'))
        keeper.forget('ann')
        expect(watch(keeper.grant('ann', line).accessToken()).values).toEqual(['access-new'])
      })
    })
  })

  it('saves a pair again that could not be saved, also when no account is left, and logs no token', () => {
    inScene(({ at, watch, grants, line, log, sent, logged, state, kept }) => {
      state.failing = 3
      const keeper = createGrantKeeper(grants, log)
      const grant = keeper.grant('ann', line)
      watch(grant.accessToken())
      const replaced = watch(grant.replaceToken(cause), 5)
      at(10, () => {
        expect(replaced.error).toMatchObject({ reason: 'TokensNotSaved' })
      })
      at(7_100, () => {
        expect(state.saves).toBe(4)
        expect(sent).toEqual(['refresh-1'])
        expect(kept().tokens.refreshToken).toBe('refresh-2')
        expect(watch(grant.accessToken()).values).toEqual(['access-2'])
        expect(logged).toHaveLength(2)
        expect(JSON.stringify(logged)).not.toContain('refresh-2')
      })
    })
  })

  it('uses the tokens that are kept, if there are others when it saves its own', () => {
    inScene(({ at, watch, grants, line, log, put }) => {
      const grant = createGrantKeeper({ load: grants.load, save: grants.save }, log).grant('ann', line)
      watch(grant.accessToken())
      const replaced = watch(grant.replaceToken(cause))
      put(pairOf('new'))
      at(10, () => {
        expect(replaced).toMatchObject({ completed: true, error: undefined })
        expect(watch(grant.accessToken()).values).toEqual(['access-new'])
      })
    })
  })

  it('waits for the lease of another process, and no longer than until there are other tokens', () => {
    inScene(({ at, watch, grants, line, log, sent, put }) => {
      const keeper = createGrantKeeper(grants, log, () => NEVER)
      const grant = keeper.grant('ann', line)
      watch(grant.renewal$)
      watch(grant.accessToken())
      const replaced = watch(grant.replaceToken(cause))
      at(50_000, () => {
        // Those whose token is still good go on.
        expect(watch(grant.accessToken()).values).toEqual(['access-1'])
        expect(replaced).toMatchObject({ completed: false, error: undefined })
        put(pairOf('new'))
        expect(replaced).toMatchObject({ completed: true, error: undefined })
        expect(watch(grant.accessToken()).values).toEqual(['access-new'])
        expect(sent).toEqual([])
      })
    })
  })

  it('is waited for at the end of a process, if the refresh token has left', () => {
    inScene(({ at, watch, grants, line, log, kept }) => {
      const answer$ = new Subject<object>()
      const slow = lineWith(() => answer$)
      const keeper = createGrantKeeper(grants, log)
      const grant = keeper.grant('ann', slow)
      watch(grant.accessToken())
      watch(grant.replaceToken(cause))
      at(1_000, () => {
        const left = watch(keeper.settled(slow))
        const other = watch(keeper.settled(line))
        const closed = watch(keeper.close())
        expect([left, other, closed].map(({ completed }) => completed)).toEqual([false, true, false])
        answer$.next({ accessToken: 'access-2', refreshToken: 'refresh-2', expiresIn: 3_600 })
        expect([left, closed].map(({ completed }) => completed)).toEqual([true, true])
        expect(kept().tokens.refreshToken).toBe('refresh-2')
      })
    })
  })

  it('is given up at the end of a process, if it waits for the lease', () => {
    inScene(({ at, watch, grants, line, log }) => {
      let waiting = 0
      const keeper = createGrantKeeper(grants, log, () =>
        defer(() => {
          waiting += 1
          return NEVER
        }),
      )
      const grant = keeper.grant('ann', line)
      watch(grant.accessToken())
      const replaced = watch(grant.replaceToken(cause))
      at(1_000, () => {
        expect(watch(keeper.close()).completed).toBe(true)
        expect(replaced.error).toMatchObject({ reason: 'TokensNotSaved' })
        watch(grant.replaceToken(cause))
        expect(waiting).toBe(1)
      })
    })
  })
})
