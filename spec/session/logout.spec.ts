import { PayloadType, positions, spots, symbols } from 'rx-ctrader'
import type { Account, AuthState, Client } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import type { SimulatorOptions } from 'rx-ctrader/simulator'
import { asyncScheduler } from 'rxjs'
import { clientOver } from '../support/clientOver'
import { obliging } from '../support/scriptedServer'
import type { Reply, ScriptedServer } from '../support/scriptedServer'
import { scriptedClient } from '../support/scriptedClient'
import { inVirtualTime } from '../support/virtualTime'
import type { Seen, VirtualTime } from '../support/virtualTime'
import { wiretap } from '../support/wiretap'
import type { SentFrame } from '../support/wiretap'

const {
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_ACCOUNT_LOGOUT_REQ,
  PROTO_OA_ACCOUNT_LOGOUT_RES,
  PROTO_OA_ERROR_RES,
  PROTO_OA_SUBSCRIBE_SPOTS_REQ,
  PROTO_OA_SYMBOLS_LIST_REQ,
  PROTO_OA_TRADER_REQ,
  PROTO_OA_TRADER_RES,
  PROTO_OA_UNSUBSCRIBE_SPOTS_REQ,
} = PayloadType

const twoAccounts = {
  accounts: [11, 22].map(accountId => ({
    accountId,
    isLive: false,
    traderLogin: accountId,
    brokerTitleShort: 'Test',
  })),
  grants: [
    { accessToken: 'token', refreshToken: 'refresh', accountIds: [11, 22], permissionScope: 1 },
    { accessToken: 'other', refreshToken: 'other-refresh', accountIds: [22], permissionScope: 1 },
  ],
} as const

/** What was sent of account 22, by payload type. */
const of22 = (frames: readonly SentFrame[]): readonly number[] =>
  frames.flatMap(({ payloadType, payload }) => (payload?.['ctidTraderAccountId'] === 22 ? [payloadType] : []))

interface Scene extends VirtualTime {
  readonly client: Client
  readonly account: Account
  /** What was sent of it. */
  readonly sent: () => readonly number[]
}

/** Account 11 keeps the line of a simulator for a minute, and 22 is free for a spec to use. */
const besideAnother = (act: (scene: Scene) => void, options: Partial<SimulatorOptions> = {}): void => {
  inVirtualTime(time => {
    const wire = wiretap(createSimulator({ ...twoAccounts, ...options }).connect)
    const client = clientOver(wire.connect)
    time.watch(client.account({ accountId: 11, accessToken: 'token' }).authenticated$, 60_000)
    act({
      ...time,
      client,
      account: client.account({ accountId: 22, accessToken: 'token' }),
      sent: () => of22(wire.sent),
    })
  })
}

describe('an account whose last consumer has left while another keeps the line', () => {
  it.each(['after', 'before', 'none'] as const)(
    'is logged out after the linger, and authenticated for the next one: 2164 %s the answer (B10)',
    logoutEvent => {
      besideAnother(
        ({ account, at, sent, watch }) => {
          watch(account.authenticated$, 5_000)
          at(5_990, () => {
            expect(sent()).toEqual([PROTO_OA_ACCOUNT_AUTH_REQ])
          })
          at(6_010, () => {
            expect(sent()).toEqual([PROTO_OA_ACCOUNT_AUTH_REQ, PROTO_OA_ACCOUNT_LOGOUT_REQ])
          })
          at(20_000, () => {
            const again = watch(account.authenticated$, 10_000)
            at(5_000, () => {
              expect(again.values).toEqual([
                { status: 'authenticatingAccount' },
                { status: 'authenticated', accountId: 22 },
              ])
            })
          })
          at(50_000, () => {
            expect(sent()).toEqual([
              PROTO_OA_ACCOUNT_AUTH_REQ,
              PROTO_OA_ACCOUNT_LOGOUT_REQ,
              PROTO_OA_ACCOUNT_AUTH_REQ,
              PROTO_OA_ACCOUNT_LOGOUT_REQ,
            ])
          })
        },
        { unknowns: { logoutEvent } },
      )
    },
  )

  it('stays for one that comes back within the linger (B10)', () => {
    besideAnother(({ account, at, sent, watch }) => {
      for (const ms of [0, 1_500, 3_000]) at(ms, () => watch(account.authenticated$, 1_000))
      at(4_900, () => {
        expect(sent()).toEqual([PROTO_OA_ACCOUNT_AUTH_REQ])
      })
      at(5_100, () => {
        expect(sent()).toEqual([PROTO_OA_ACCOUNT_AUTH_REQ, PROTO_OA_ACCOUNT_LOGOUT_REQ])
      })
    })
  })

  it('stays as long as another object of the account is in use (B10)', () => {
    besideAnother(({ account, at, client, sent, watch }) => {
      watch(account.authenticated$, 5_000)
      const other = watch(client.account({ accountId: 22, accessToken: 'other' }).authenticated$, 20_000)
      at(19_000, () => {
        expect(sent()).not.toContain(PROTO_OA_ACCOUNT_LOGOUT_REQ)
        expect(other.values.at(-1)?.status).toBe('authenticated')
        expect(other.values.map(({ status }) => status)).not.toContain('reconnecting')
      })
      at(22_000, () => {
        expect(sent().filter(type => type === PROTO_OA_ACCOUNT_LOGOUT_REQ)).toHaveLength(1)
      })
    })
  })

  it('is told nothing any more, and all that is new when it comes back (B10)', () => {
    inVirtualTime(({ at, watch }) => {
      const broker = createSimulator(twoAccounts)
      const wire = wiretap(broker.connect)
      const client = clientOver(wire.connect)
      watch(client.account({ accountId: 11, accessToken: 'token' }).authenticated$, 60_000)
      const account = client.account({ accountId: 22, accessToken: 'token' })
      watch(positions(account), 5_000)
      watch(spots(account, 1), 5_000)
      at(10_000, () => {
        const before = wire.received.length
        at(10_000, () => {
          expect(
            wire.received.slice(before).filter(text => text.includes('"ctidTraderAccountId":22')),
          ).toEqual([])
          const quotes = watch(spots(account, 1), 5_000)
          const open = watch(positions(account), 5_000)
          at(4_000, () => {
            expect(quotes.values.length).toBeGreaterThan(0)
            expect(open.values.length).toBeGreaterThan(0)
            expect(of22(wire.sent).filter(type => type === PROTO_OA_SUBSCRIBE_SPOTS_REQ)).toHaveLength(2)
          })
        })
      })
      at(58_000, () => {
        expect(of22(wire.sent).filter(type => type === PROTO_OA_UNSUBSCRIBE_SPOTS_REQ)).toHaveLength(2)
      })
    })
  })

  it.each(['after', 'before', 'none'] as const)(
    'does not go by what was known of it before: 2164 %s the answer (B10)',
    logoutEvent => {
      besideAnother(
        ({ account, at, sent, watch }) => {
          const asked = (): number => sent().filter(type => type === PROTO_OA_SYMBOLS_LIST_REQ).length
          watch(symbols(account), 1_000)
          at(1_500, () => {
            watch(symbols(account), 1_000)
            expect(asked()).toBe(1)
          })
          at(10_000, () => {
            const again = watch(symbols(account), 1_000)
            at(500, () => {
              expect([asked(), again.values.length]).toEqual([2, 1])
            })
          })
        },
        { unknowns: { logoutEvent } },
      )
    },
  )

  it('is not logged out where the line ends anyway (B10)', () => {
    inVirtualTime(({ at, watch }) => {
      const wire = wiretap(createSimulator(twoAccounts).connect)
      const client = clientOver(wire.connect)
      for (const accountId of [22, 11, 22])
        watch(client.account({ accountId, accessToken: 'token' }).authenticated$, 5_000)
      at(10_000, () => {
        expect(wire.sentTypes()).not.toContain(PROTO_OA_ACCOUNT_LOGOUT_REQ)
        expect(wire.lines.open).toBe(0)
      })
    })
  })

  it('is logged out also where it left before it was authenticated (B10)', () => {
    besideAnother(
      ({ account, at, sent, watch }) => {
        at(2_000, () => {
          watch(account.authenticated$, 100)
        })
        at(2_300, () => {
          expect(sent()).toEqual([PROTO_OA_ACCOUNT_AUTH_REQ])
        })
        at(5_000, () => {
          expect(sent()).toEqual([PROTO_OA_ACCOUNT_AUTH_REQ, PROTO_OA_ACCOUNT_LOGOUT_REQ])
        })
      },
      { latency: 200 },
    )
  })
})

describe('an account that its user logs out', () => {
  it.each(['after', 'before', 'none'] as const)(
    'is authenticated again for those who are still there, once: 2164 %s the answer (B10)',
    logoutEvent => {
      besideAnother(
        ({ account, at, sent, watch }) => {
          const seen = watch(account.authenticated$, 20_000)
          at(1_000, () => {
            watch(account.request(PROTO_OA_ACCOUNT_LOGOUT_REQ, {}))
          })
          at(15_000, () => {
            expect(seen.values.map(({ status }) => status).slice(-4)).toEqual([
              'authenticated',
              'reconnecting',
              'authenticatingAccount',
              'authenticated',
            ])
            expect(sent()).toEqual([
              PROTO_OA_ACCOUNT_AUTH_REQ,
              PROTO_OA_ACCOUNT_LOGOUT_REQ,
              PROTO_OA_ACCOUNT_AUTH_REQ,
            ])
          })
        },
        { unknowns: { logoutEvent } },
      )
    },
  )
})

interface Scripted extends VirtualTime {
  readonly server: ScriptedServer
  readonly back: () => Seen<AuthState>
  readonly say: (payloadType: number, clientMsgId?: string, payload?: object) => void
  readonly sent: () => readonly number[]
}

/** Account 22 leaves at 1 s and is logged out at 2 s; what the server says to that is for the reply. */
const afterLogout = (reply: Reply, act: (scene: Scripted) => void): void => {
  inVirtualTime(time => {
    const { client, server, account: keeper } = scriptedClient(reply, { linger: 1_000 })
    time.watch(keeper.authenticated$, 40_000)
    const account = client.account({ accountId: 22, accessToken: 'token-of-22' })
    time.watch(account.authenticated$, 1_000)
    act({
      ...time,
      server,
      back: () => time.watch(account.authenticated$, 30_000),
      say: (payloadType, clientMsgId, payload = { ctidTraderAccountId: 22 }) =>
        server.lines[0]?.say({ payloadType, ...(clientMsgId && { clientMsgId }), payload }),
      sent: () => of22(server.lines[0]?.heard ?? []),
    })
  })
}

const TRADER = { ctidTraderAccountId: 22, balance: 0, depositAssetId: 1 }

/** Answers whether the account is there; the logout only so many ms later. */
const slowly =
  (after: number): Reply =>
  (frame, line) => {
    const { clientMsgId, payloadType } = frame
    const payload = { ctidTraderAccountId: 22 }
    if (payloadType === PROTO_OA_ACCOUNT_LOGOUT_REQ)
      asyncScheduler.schedule(
        () => line.say({ payloadType: PROTO_OA_ACCOUNT_LOGOUT_RES, clientMsgId, payload }),
        after,
      )
    else if (payloadType === PROTO_OA_TRADER_REQ)
      line.say({ payloadType: PROTO_OA_TRADER_RES, clientMsgId, payload: { ...payload, trader: TRADER } })
    else obliging(frame, line)
  }

describe('an account that comes back while it is being logged out', () => {
  it('is authenticated when the logout is answered, not before (B10)', () => {
    afterLogout(slowly(500), ({ at, back, sent }) => {
      at(2_100, () => {
        const seen = back()
        at(399, () => {
          expect(sent().at(-1)).toBe(PROTO_OA_ACCOUNT_LOGOUT_REQ)
          expect(seen.values.at(-1)?.status).toBe('authenticatingAccount')
        })
        at(401, () => {
          expect(sent().at(-1)).toBe(PROTO_OA_ACCOUNT_AUTH_REQ)
          expect(seen.values.at(-1)?.status).toBe('authenticated')
        })
      })
    })
  })

  it('is not ended by the event or the answer of that logout, which come late (B10)', () => {
    afterLogout(slowly(12_000), ({ at, back, say, sent }) => {
      at(3_000, () => {
        const seen = back()
        at(4_900, () => {
          expect(seen.values.at(-1)?.status).toBe('authenticatingAccount')
        })
        at(5_100, () => {
          expect(seen.values.at(-1)?.status).toBe('authenticated')
        })
        at(8_000, () => {
          say(PROTO_OA_ACCOUNT_DISCONNECT_EVENT)
        })
        at(20_000, () => {
          expect(seen.values.map(({ status }) => status)).toEqual(['authenticatingAccount', 'authenticated'])
          expect(sent().filter(type => type === PROTO_OA_ACCOUNT_AUTH_REQ)).toHaveLength(2)
        })
      })
    })
  })

  it('finds itself authenticated where the logout was not done, and gives back what is to be (B10)', () => {
    inVirtualTime(({ at, watch }) => {
      const broker = createSimulator(twoAccounts)
      const wire = wiretap(broker.connect)
      const client = clientOver(wire.connect)
      watch(client.account({ accountId: 11, accessToken: 'token' }).authenticated$, 100_000)
      const account = client.account({ accountId: 22, accessToken: 'token' })
      watch(spots(account, 1), 5_000)
      at(4_000, () => {
        broker.fault({ kind: 'misroute', accountId: 22 })
      })
      at(30_000, () => {
        expect(of22(wire.sent)).toContain(PROTO_OA_ACCOUNT_LOGOUT_REQ)
        broker.fault({ kind: 'recover' })
        const seen = watch(account.authenticated$, 60_000)
        at(40_000, () => {
          expect(seen.values).toEqual([{ status: 'authenticated', accountId: 22 }])
          expect(broker.lines()).toMatchObject([
            {
              subscriptions: [
                { accountId: 11, spots: [] },
                { accountId: 22, spots: [] },
              ],
            },
          ])
        })
      })
    })
  })

  it('is authenticated again where the late logout has ended it after all (B10)', () => {
    let isIn = true
    const reply: Reply = (frame, line) => {
      const { clientMsgId, payload, payloadType } = frame
      if (payload?.['ctidTraderAccountId'] === 22 && payloadType === PROTO_OA_ACCOUNT_AUTH_REQ) isIn = true
      if (payloadType === PROTO_OA_TRADER_REQ && !isIn)
        line.say({
          payloadType: PROTO_OA_ERROR_RES,
          clientMsgId,
          payload: { errorCode: 'INVALID_REQUEST', description: 'Trading account is not authorized' },
        })
      else slowly(20_000)(frame, line)
    }
    afterLogout(reply, ({ at, back, say, sent }) => {
      at(3_000, () => {
        const seen = back()
        at(8_000, () => {
          isIn = false
          say(PROTO_OA_ACCOUNT_DISCONNECT_EVENT)
        })
        at(15_000, () => {
          expect(seen.values.at(-1)?.status).toBe('authenticated')
          expect(isIn).toBe(true)
          expect(sent().filter(type => type === PROTO_OA_ACCOUNT_AUTH_REQ)).toHaveLength(3)
        })
      })
    })
  })

  it.each([
    ['is refused', { errorCode: 'CH_SERVER_NOT_REACHABLE' }],
    ['is not known there', { errorCode: 'UNSUPPORTED_MESSAGE' }],
  ])('is as it was where the logout %s (B10)', (_, refusal) => {
    let tries = 0
    afterLogout(
      (frame, line) => {
        const { clientMsgId, payload, payloadType } = frame
        if (payloadType === PROTO_OA_ACCOUNT_LOGOUT_REQ)
          line.say({ payloadType: PROTO_OA_ERROR_RES, clientMsgId, payload: refusal })
        else obliging(frame, line)
        if (payloadType === PROTO_OA_ACCOUNT_AUTH_REQ && payload?.['ctidTraderAccountId'] === 22) tries += 1
      },
      ({ at, back }) => {
        at(5_000, () => {
          const seen = back()
          at(10, () => {
            expect(seen.values).toEqual([{ status: 'authenticated', accountId: 22 }])
            expect(tries).toBe(1)
          })
        })
      },
    )
  })

  it('that the server authenticates late is logged out all the same (B10)', () => {
    inVirtualTime(({ at, watch }) => {
      const {
        client,
        server,
        account: keeper,
      } = scriptedClient(
        (frame, line) => {
          if (frame.payload?.['ctidTraderAccountId'] === 22) return
          obliging(frame, line)
        },
        { linger: 1_000 },
      )
      watch(keeper.authenticated$, 30_000)
      watch(client.account({ accountId: 22, accessToken: 'token-of-22' }).authenticated$, 100)
      at(4_000, () => {
        const [line] = server.lines
        const asked = line?.heard.find(({ payload }) => payload?.['ctidTraderAccountId'] === 22)
        line?.say({
          payloadType: PROTO_OA_ACCOUNT_AUTH_RES,
          clientMsgId: asked?.clientMsgId,
          payload: { ctidTraderAccountId: 22 },
        })
      })
      at(5_100, () => {
        expect(of22(server.lines[0]?.heard ?? [])).toEqual([
          PROTO_OA_ACCOUNT_AUTH_REQ,
          PROTO_OA_ACCOUNT_LOGOUT_REQ,
        ])
      })
    })
  })
})
