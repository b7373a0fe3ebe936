import { EMPTY, tap } from 'rxjs'
import { PayloadType, lots, placeOrder, positions, spots } from 'rx-ctrader'
import type { ClientOptions, Credential, OrderUpdate } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { ACCOUNT } from '../support/account'
import { clientOver } from '../support/clientOver'
import { statuses } from '../support/statuses'
import { inVirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

const { PROTO_OA_NEW_ORDER_REQ } = PayloadType

/** A client that waits for a login, unless its options say otherwise, and its account. */
const scene = (options: Partial<ClientOptions>, accessToken: Credential = 'demo') => {
  const broker = createSimulator({ latency: 10 })
  const wire = wiretap(broker.connect)
  const client = clientOver(wire.connect, { whenLoginRequired: 'wait', ...options })
  return { broker, client, wire, account: client.account({ accountId: ACCOUNT, accessToken }) }
}

const order = { type: 'market', symbol: 1, side: 'buy', volume: lots(0.01) } as const

describe('a client that waits for a login', () => {
  it.each<[string, () => ReturnType<Exclude<Credential, string>>]>([
    ['the server refuses', () => ['wrong']],
    ['is not there', () => EMPTY],
  ])('does so with a secret that %s, and goes on with all its streams after retry()', (_, without) => {
    inVirtualTime(({ at, watch }) => {
      let isLoggedIn = false
      let asked = 0
      const { account, client, wire } = scene({
        clientSecret: () => {
          asked += 1
          return isLoggedIn ? ['demo'] : without()
        },
      })
      const state = watch(account.authenticated$, 120_000)
      const connection = watch(client.connection$, 120_000)
      const quotes = watch(spots(account, 1), 120_000)
      at(60_000, () => {
        expect(statuses(connection)).toEqual(['connecting', 'connected', 'loginRequired'])
        expect(state.values.at(-1)?.status).toBe('loginRequired')
        expect([state.completed, quotes.error, quotes.values]).toEqual([false, undefined, []])
        expect([asked, wire.lines.open]).toEqual([1, 0])
        isLoggedIn = true
        client.retry()
      })
      at(65_000, () => {
        expect(state.values.at(-1)?.status).toBe('authenticated')
        expect(quotes.values.length).toBeGreaterThan(0)
        expect([asked, wire.lines.opened]).toEqual([2, 2])
      })
    })
  })

  it('does so for one account whose token is refused, while the line and the others go on', () => {
    inVirtualTime(({ at, watch }) => {
      let token = 'wrong'
      const { account, client, wire } = scene({}, () => [token])
      const state = watch(account.authenticated$, 120_000)
      const other = watch(client.appAuth$, 120_000)
      at(10_000, () => {
        expect(state.values.at(-1)).toMatchObject({
          status: 'loginRequired',
          cause: { errorCode: 'CH_ACCESS_TOKEN_INVALID' },
        })
        expect([other.error, wire.lines]).toEqual([undefined, { opened: 1, open: 1 }])
        token = 'demo'
        client.retry()
      })
      at(12_000, () => {
        expect(state.values.at(-1)?.status).toBe('authenticated')
        expect(wire.lines.opened).toBe(1)
      })
    })
  })

  it('does not for what no login mends', () => {
    inVirtualTime(({ at, watch }) => {
      const { client } = scene({})
      const stranger = client.account({ accountId: 1, accessToken: 'demo' })
      const state = watch(stranger.authenticated$, 60_000)
      at(10_000, () => {
        expect(state.values.at(-1)).toMatchObject({
          status: 'failed',
          cause: { errorCode: 'CH_CTID_TRADER_ACCOUNT_NOT_FOUND' },
        })
      })
    })
  })

  it('sends no order meanwhile, and says why', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, wire } = scene({ clientSecret: 'wrong' })
      watch(account.authenticated$, 60_000)
      const placed = watch(placeOrder(account, order), 60_000)
      at(59_000, () => {
        expect(placed.error).toMatchObject({
          reason: 'NotSent',
          message: expect.stringContaining('CH_CLIENT_AUTH_FAILURE') as string,
        })
        expect(wire.sentTypes()).not.toContain(PROTO_OA_NEW_ORDER_REQ)
      })
    })
  })

  it('needs no login that came while the old one was being refused', () => {
    inVirtualTime(({ at, watch }) => {
      let secret = 'wrong'
      const { account, client } = scene({ clientSecret: () => [secret] })
      const state = watch(account.authenticated$, 60_000)
      at(15, () => {
        expect(state.values.at(-1)?.status).toBe('authenticatingApp')
        secret = 'demo'
        client.retry()
      })
      at(30_000, () => {
        expect(statuses(state)).not.toContain('loginRequired')
        expect(state.values.at(-1)?.status).toBe('authenticated')
      })
    })
  })

  it('is refused another word for it', () => {
    expect(() => scene({ whenLoginRequired: 'ask' as never })).toThrow(
      "whenLoginRequired must be 'fail' or 'wait'",
    )
  })
})

describe('client.logout()', () => {
  it('closes the line at once and keeps it closed, and streams go on after retry() with what has changed', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, broker, client, wire } = scene({})
      const state = watch(account.authenticated$, 120_000)
      const open = watch(positions(account), 120_000)
      const gap = watch(account.gap$, 120_000)
      at(5_000, () => {
        expect(open.values.at(-1)?.all).toHaveLength(0)
        client.logout()
        expect(state.values.at(-1)).toMatchObject({
          status: 'loginRequired',
          cause: { reason: 'SessionEnded', detail: 'the program has logged it out' },
        })
      })
      at(60_000, () => {
        expect([wire.lines, broker.lines()]).toEqual([{ opened: 1, open: 0 }, []])
        expect(gap.values).toHaveLength(1)
        client.retry()
      })
      at(70_000, () => {
        expect(state.values.at(-1)?.status).toBe('authenticated')
        expect([open.error, state.completed]).toEqual([undefined, false])
        expect(gap.values.map(({ resumed: isOver }) => isOver)).toEqual([false, true])
      })
    })
  })

  it('leaves an order that was sent in doubt, and its outcome is found after the login', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, client } = scene({})
      watch(account.authenticated$, 120_000)
      at(5_000, () => {
        const logOutWhenSent = tap(({ status }: OrderUpdate) => {
          // Its answer is on the way.
          if (status === 'sent') at(15, client.logout)
        })
        const placed = watch(placeOrder(account, order).pipe(logOutWhenSent), 120_000)
        at(30_000, () => {
          expect(statuses(placed)).toEqual(['sent', 'outcomeUnknown'])
          client.retry()
        })
        at(60_000, () => {
          expect(statuses(placed).at(-1)).toBe('filled')
        })
      })
    })
  })

  it('fails all states where the client does not wait, and who comes later too, until retry()', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, client, wire } = scene({ whenLoginRequired: 'fail' })
      const state = watch(account.authenticated$, 60_000)
      const quotes = watch(spots(account, 1), 60_000)
      at(5_000, () => {
        client.logout()
        expect([state.values.at(-1)?.status, state.completed]).toEqual(['failed', true])
        expect(quotes.error).toMatchObject({ reason: 'SessionEnded' })
      })
      at(10_000, () => {
        expect(statuses(watch(account.authenticated$))).toEqual(['failed'])
        expect(wire.lines.opened).toBe(1)
        client.retry()
        const after = watch(account.authenticated$, 10_000)
        at(5_000, () => {
          expect(after.values.at(-1)?.status).toBe('authenticated')
        })
      })
    })
  })

  it('ends the pause before a reconnect, and counts for an idle line', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, broker, client, wire } = scene({ backoff: { initial: 100_000, max: 100_000 } })
      const state = watch(account.authenticated$, 20_000)
      at(5_000, () => {
        broker.drop()
      })
      at(6_000, () => {
        expect(state.values.at(-1)?.status).toBe('reconnecting')
        client.logout()
        expect(state.values.at(-1)?.status).toBe('loginRequired')
      })
      at(30_000, () => {
        client.logout()
        const late = watch(account.authenticated$, 20_000)
        at(10_000, () => {
          expect(statuses(late)).toEqual(['loginRequired'])
          expect(wire.lines.opened).toBe(1)
        })
      })
    })
  })

  it('logs out all lines of a client that has several', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, client, wire } = scene({ lines: 2 })
      const state = watch(account.authenticated$, 60_000)
      watch(client.appAuth$, 60_000)
      at(5_000, () => {
        client.logout()
        expect(state.values.at(-1)?.status).toBe('loginRequired')
        expect(wire.lines.open).toBe(0)
      })
    })
  })
})
