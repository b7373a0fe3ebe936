import { adopt, grantState, isRenewalDue } from '../../../../src/session/authentication/grants/grantState'
import type { GrantState } from '../../../../src/session/authentication/grants/grantState'
import { inVirtualTime } from '../../../support/virtualTime'

const pair = { accessToken: 'new', refreshToken: 'r1', expiresAt: 3_600_000 }

describe('the state of a grant', () => {
  it('begins with the tokens that were given', () => {
    expect(grantState({ accessToken: 'old', refreshToken: 'r' })).toMatchObject({
      accessToken: 'old',
      accessTokens: ['old'],
      refreshToken: 'r',
      lifetime: undefined,
      renewal: { status: 'none' },
    })
  })

  it('takes a pair into use, with the lifetime of that, and still knows the former token and how to save', () => {
    inVirtualTime(() => {
      const saveTokens = (): void => undefined
      const former = grantState({ accessToken: 'old', refreshToken: 'r', expiresAt: -1, saveTokens })
      const state = grantState(pair, { ...former, renewal: { status: 'unsaved', pair } })

      expect(state).toMatchObject({
        accessToken: 'new',
        accessTokens: ['old', 'new'],
        refreshToken: 'r1',
        saveTokens,
        renewal: { status: 'none' },
      })
      expect(state.lifetime?.left()).toBe(3_600_000)
    })
  })

  it('adopts only what was missing', () => {
    inVirtualTime(() => {
      const saveTokens = (): void => undefined
      const options = { accessToken: 'another', refreshToken: 'r2', expiresAt: 5, saveTokens }
      const adopted = adopt(grantState({ accessToken: 'old' }), options)

      expect(adopted).toMatchObject({ accessToken: 'old', refreshToken: 'r2', saveTokens })
      expect(adopted.lifetime?.left()).toBe(5)
      expect(adopt(adopted, { ...pair, saveTokens: () => 'other' })).toEqual(adopted)
    })
  })
})

describe('a renewal', () => {
  it.each<[GrantState['renewal'], boolean]>([
    [{ status: 'none' }, false],
    [{ status: 'requested' }, true],
    [{ status: 'unsaved', pair }, true],
  ])('is due before a token is used: %j %s', (renewal, isDue) => {
    expect(isRenewalDue({ ...grantState({ accessToken: 'old' }), renewal })).toBe(isDue)
  })

  it('is due when the token has expired, to the ms', () => {
    inVirtualTime(({ at }) => {
      const state = grantState({ accessToken: 'old', expiresAt: 5 })
      at(4, () => expect(isRenewalDue(state)).toBe(false))
      at(5, () => expect(isRenewalDue(state)).toBe(true))
    })
  })
})
