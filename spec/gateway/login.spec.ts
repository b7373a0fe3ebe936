import { asyncScheduler, of } from 'rxjs'
import { PayloadType, lots, placeOrder, positions, spots } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { memoryLine } from '../../src/gateway/edge/wire/memoryLine'
import { ACCOUNT } from '../support/account'
import { clientOver } from '../support/clientOver'
import { gatewayOver } from '../support/gatewayScene'
import { statuses } from '../support/statuses'
import { inVirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'

const { PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_NEW_ORDER_REQ } = PayloadType

const MINUTE = 60_000

/** A page behind a gateway whose sessions last a minute, and the tickets that its login gives. */
const page = () => {
  const broker = createSimulator({ latency: 10 })
  const upstream = wiretap(broker.connect)
  const login = { isOpen: true, given: 0 }
  const used = new Set<string>()
  const gateway = gatewayOver(upstream.connect, {
    authenticate: ({ token = '' }) => {
      if (used.has(token) || !token.startsWith('ticket')) throw new Error('the ticket is not valid')
      used.add(token)
      return of({ userId: 'ann', expiresAt: asyncScheduler.now() + MINUTE })
    },
  })
  const wire = wiretap(memoryLine(peer => gateway.accept(peer, {})))
  const client = clientOver(wire.connect, {
    clientId: 'terminal',
    whenLoginRequired: 'wait',
    clientSecret: () => of(login.isOpen ? `ticket-${(login.given += 1)}` : 'ticket-1'),
  })
  return {
    client,
    login,
    upstream,
    wire,
    account: client.account({ accountId: ACCOUNT, accessToken: 'gateway' }),
  }
}

describe('a page behind a gateway', () => {
  it('asks for a ticket anew at each line, and has a session after the other without a word', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, wire } = page()
      const state = watch(account.authenticated$, 4 * MINUTE)
      const quotes = watch(spots(account, 1), 4 * MINUTE)
      at(3.5 * MINUTE, () => {
        const tickets = wire.sent.filter(({ payloadType }) => payloadType === PROTO_OA_APPLICATION_AUTH_REQ)
        expect(tickets.map(({ payload }) => payload?.['clientSecret'])).toEqual(
          [1, 2, 3, 4].map(n => `ticket-${n}`),
        )
        expect(state.values.at(-1)?.status).toBe('authenticated')
        expect(quotes.error).toBeUndefined()
      })
    })
  })

  it('asks for a login when its session is over, and goes on after it with all that it missed', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, client, login, upstream } = page()
      const state = watch(account.authenticated$, 10 * MINUTE)
      const open = watch(positions(account), 10 * MINUTE)
      const order = { type: 'market', symbol: 1, side: 'buy', volume: lots(0.01) } as const
      const placed = [watch(placeOrder(account, order), 10 * MINUTE)]
      at(10_000, () => {
        login.isOpen = false
      })
      // Sent, and its answer does not come through any more.
      at(MINUTE - 5, () => {
        placed.push(watch(placeOrder(account, order), 10 * MINUTE))
      })
      at(3 * MINUTE, () => {
        expect(state.values.at(-1)).toMatchObject({
          status: 'loginRequired',
          cause: { errorCode: 'CH_CLIENT_AUTH_FAILURE' },
        })
        expect(open.error).toBeUndefined()
        login.isOpen = true
        client.retry()
      })
      at(3.5 * MINUTE, () => {
        expect(state.values.at(-1)?.status).toBe('authenticated')
        expect(open.values.at(-1)?.all).toHaveLength(2)
        expect(placed.map(updates => statuses(updates).at(-1))).toEqual(['filled', 'filled'])
        expect(upstream.sentTypes().filter(type => type === PROTO_OA_NEW_ORDER_REQ)).toHaveLength(2)
      })
    })
  })
})
