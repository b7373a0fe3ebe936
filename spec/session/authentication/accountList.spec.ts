import { filter, merge, take } from 'rxjs'
import { PayloadType, createClient, warmUp } from 'rx-ctrader'
import type { Account, Credential, SaveTokens } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'
import { manyAccounts } from '../../support/manyAccounts'
import { inVirtualTime } from '../../support/virtualTime'
import type { VirtualTime } from '../../support/virtualTime'
import { wiretap } from '../../support/wiretap'
import type { Wiretap } from '../../support/wiretap'

const LIST = PayloadType.PROTO_OA_GET_ACCOUNTS_BY_ACCESS_TOKEN_REQ

interface Scene extends VirtualTime {
  readonly broker: Simulator
  readonly wire: Wiretap
  readonly account: (accountId: number, accessToken?: Credential) => Account
  /** The tokens whose accounts were asked for. */
  readonly asked: () => unknown[]
}

const IDS = [1, 2, 3, 4]
const grantOf = (id: number): string => (id < 4 ? 'token-of-three' : 'token-of-one')

const scene = (play: (scene: Scene) => void): void => {
  inVirtualTime(time => {
    const broker = createSimulator({ latency: 10, ...manyAccounts(IDS, grantOf) })
    const wire = wiretap(broker.connect)
    const client = createClient({ connect: wire.connect, clientId: 'demo', clientSecret: 'demo', linger: 0 })
    const saveTokens: SaveTokens = () => undefined
    play({
      ...time,
      broker,
      wire,
      account: (accountId, accessToken = grantOf(accountId)) =>
        client.account(
          typeof accessToken === 'string'
            ? { accountId, accessToken, refreshToken: `refresh-${accessToken}`, saveTokens }
            : { accountId, accessToken },
        ),
      asked: () =>
        wire.sent
          .filter(({ payloadType }) => payloadType === LIST)
          .map(({ payload }) => payload?.['accessToken']),
    })
  })
}

describe('the list of accounts of a token', () => {
  it('is asked for once by all accounts of a grant, and once by those of another', () => {
    scene(({ account, asked, at, watch }) => {
      const seen = IDS.map(id => watch(account(id).canTrade$))
      at(1_000, () => {
        expect(seen.map(({ values }) => values)).toEqual([[true], [true], [true], [true]])
        expect(asked()).toEqual(['token-of-three', 'token-of-one'])
        watch(account(3).canTrade$)
        expect(asked()).toHaveLength(2)
      })
    })
  })

  it('is asked for again when another token was accepted, once for all', () => {
    scene(({ account, asked, at, broker, watch }) => {
      const accounts = [account(1), account(2)]
      for (const { accountAuth$ } of accounts) watch(accountAuth$)
      for (const { canTrade$ } of accounts) watch(canTrade$)
      at(1_000, () => {
        expect(asked()).toEqual(['token-of-three'])
        broker.fault({ kind: 'tokenExpiry' })
        broker.drop()
      })
      at(20_000, () => {
        for (const { canTrade$ } of accounts) expect(watch(canTrade$).values).toEqual([])
      })
      at(21_000, () => {
        expect(asked()).toHaveLength(2)
        expect(new Set(asked()).size).toBe(2)
      })
    })
  })

  it('is asked for again after an error, by the next one that needs it', () => {
    scene(({ account, asked, at, broker, watch }) => {
      broker.fault({ kind: 'refuse', payloadType: LIST, errorCode: 'UNKNOWN_ERROR' })
      for (const id of [1, 2]) watch(account(id).canTrade$)
      at(1_000, () => {
        expect(asked()).toHaveLength(1)
        for (const id of [1, 2]) watch(account(id).canTrade$)
      })
      at(2_000, () => {
        expect(asked()).toHaveLength(2)
      })
    })
  })

  it('is asked for again by an account that is not in it, because the user may have given access since', () => {
    scene(({ account, asked, at, watch }) => {
      watch(account(1).canTrade$)
      const stranger = account(4, 'token-of-three')
      at(1_000, () => {
        expect(asked()).toHaveLength(1)
        watch(stranger.canTrade$)
      })
      at(2_000, () => {
        expect(asked()).toHaveLength(2)
        watch(account(2).canTrade$)
        expect(asked()).toHaveLength(2)
      })
    })
  })

  it('is shared by the accounts of a function while it gives the same token', () => {
    scene(({ account, asked, at, watch }) => {
      const token = (): readonly string[] => ['token-of-three']
      for (const id of [1, 2, 3]) watch(account(id, token).canTrade$)
      at(1_000, () => {
        expect(asked()).toEqual(['token-of-three'])
      })
    })
  })

  it('is one request for each of five grants when a hundred accounts get ready', () => {
    inVirtualTime(({ at, watch }) => {
      const ids = Array.from({ length: 100 }, (_, index) => 1_000 + index)
      const tokenOf = (id: number): string => `token-of-grant-${id % 5}`
      const broker = createSimulator({ latency: 10, ...manyAccounts(ids, tokenOf) })
      const wire = wiretap(broker.connect)
      const client = createClient({
        connect: wire.connect,
        clientId: 'demo',
        clientSecret: 'demo',
        linger: 0,
      })
      const ready = watch(
        merge(
          ...ids.map(accountId =>
            warmUp(client.account({ accountId, accessToken: tokenOf(accountId) }), { symbols: [1] }).pipe(
              filter(isReady => isReady),
              take(1),
            ),
          ),
        ),
      )
      at(60_000, () => {
        expect(ready.values).toHaveLength(ids.length)
        expect(wire.sentTypes().filter(type => type === LIST)).toHaveLength(5)
      })
    })
  })
})
