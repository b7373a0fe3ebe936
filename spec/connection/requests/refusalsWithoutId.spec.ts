import { PayloadType } from 'rx-ctrader'
import type { AuthState, Client } from 'rx-ctrader'
import { asyncScheduler, interval, mergeMap } from 'rxjs'
import { obliging } from '../../support/scriptedServer'
import type { Reply, ScriptedLine, ScriptedServer } from '../../support/scriptedServer'
import { scriptedClient } from '../../support/scriptedClient'
import { inVirtualTime } from '../../support/virtualTime'
import type { Seen, VirtualTime } from '../../support/virtualTime'
import type { SentFrame } from '../../support/wiretap'

const {
  ERROR_RES,
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_ERROR_RES,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_REFRESH_TOKEN_REQ,
  PROTO_OA_TRADER_REQ,
  PROTO_OA_TRADER_RES,
} = PayloadType

const UNKNOWN = { errorCode: 'CH_CTID_TRADER_ACCOUNT_NOT_FOUND' }
const BUSY = { errorCode: 'CH_SERVER_NOT_REACHABLE' }
const MAINTENANCE = { errorCode: 'SERVER_IS_UNDER_MAINTENANCE', maintenanceEndTimestamp: 40 }

/** What the server does with the authentication of an account: `undefined` is a success. */
interface Verdict {
  readonly after: number
  readonly refusal?: object
  readonly carrier?: number
}

interface Scene extends VirtualTime {
  readonly client: Client
  readonly server: ScriptedServer
  readonly states: Readonly<Record<number, Seen<AuthState>>>
  readonly last: (accountId: number) => AuthState | undefined
  /** When an account was authenticated for the n-th time, in ms. */
  readonly asked: (accountId: number) => readonly number[]
}

const accountOf = ({ payload }: SentFrame): number => Number(payload?.['ctidTraderAccountId'])

/** Some accounts authenticate at once at a server whose refusals do not say what they refuse. */
const authenticating = (
  accountIds: readonly number[],
  judge: (accountId: number, tries: number, line: ScriptedLine) => Verdict | 'silence',
  act: (scene: Scene) => void,
  others: Reply = () => undefined,
): void => {
  inVirtualTime(time => {
    const asked = new Map<number, number[]>(accountIds.map(id => [id, []]))
    const { client, server } = scriptedClient((frame, line) => {
      if (frame.payloadType !== PROTO_OA_ACCOUNT_AUTH_REQ) {
        obliging(frame, line)
        others(frame, line)
        return
      }
      const accountId = accountOf(frame)
      const tries = asked.get(accountId) ?? []
      tries.push(asyncScheduler.now())
      const verdict = judge(accountId, tries.length, line)
      if (verdict === 'silence') return
      const { after, refusal, carrier = PROTO_OA_ERROR_RES } = verdict
      asyncScheduler.schedule(() => {
        if (refusal) line.say({ payloadType: carrier, payload: refusal })
        else obliging(frame, line)
      }, after)
    })
    const states = Object.fromEntries(
      accountIds.map(accountId => [
        accountId,
        time.watch(
          client.account({ accountId, accessToken: `token-of-${accountId}` }).authenticated$,
          200_000,
        ),
      ]),
    )
    act({
      ...time,
      client,
      server,
      states,
      last: accountId => states[accountId]?.values.at(-1),
      asked: accountId => asked.get(accountId) ?? [],
    })
  })
}

const statusesOf = (seen: Seen<AuthState> | undefined): readonly string[] =>
  (seen?.values ?? []).map(state =>
    'cause' in state ? `${state.status} ${state.cause.reason}` : state.status,
  )

describe('while several accounts authenticate at once, a refusal without an id', () => {
  it.each<[string, Verdict]>([
    ['2142, in seconds', { after: 50, refusal: MAINTENANCE }],
    [
      '50, in ms',
      { after: 50, refusal: { ...MAINTENANCE, maintenanceEndTimestamp: 40_000 }, carrier: ERROR_RES },
    ],
  ])('for each of them is the answer of each, with the end of the maintenance: %s (B6)', (_, refusal) => {
    authenticating(
      [11, 22, 33],
      (_id, tries) => (tries === 1 ? refusal : { after: 50 }),
      ({ at, last, states }) => {
        at(100, () => {
          for (const id of [11, 22, 33])
            expect(last(id)).toMatchObject({
              status: 'reconnecting',
              cause: { reason: 'Refused', maintenanceEndTimestamp: 40_000 },
            })
        })
        at(39_000, () => {
          expect([11, 22, 33].map(id => last(id)?.status)).toEqual(Array(3).fill('reconnecting'))
        })
        at(60_000, () => {
          for (const id of [11, 22, 33])
            expect(statusesOf(states[id]).slice(-3)).toEqual([
              'reconnecting Refused',
              'authenticatingAccount',
              'authenticated',
            ])
        })
      },
    )
  })

  it.each([
    ['before the others are answered', 10, 50],
    ['after them', 50, 10],
  ])('is of the one that is left without an answer: %s (B6)', (_, refusedAfter, answeredAfter) => {
    authenticating(
      [11, 22, 33],
      id => (id === 22 ? { after: refusedAfter, refusal: UNKNOWN } : { after: answeredAfter }),
      ({ at, last, states }) => {
        at(100, () => {
          expect(last(22)).toMatchObject({ status: 'failed', cause: UNKNOWN })
          for (const id of [11, 33]) expect(statusesOf(states[id])).not.toContain('reconnecting Refused')
          expect([11, 33].map(id => last(id)?.status)).toEqual(['authenticated', 'authenticated'])
        })
      },
    )
  })

  it('that is final for one and not for another fails the one alone (B6)', () => {
    authenticating(
      [11, 22],
      (id, tries) =>
        id === 11
          ? { after: 50, refusal: UNKNOWN }
          : tries < 3
            ? { after: 50, refusal: BUSY }
            : { after: 50 },
      ({ at, last, states }) => {
        at(60_000, () => {
          expect(last(11)).toMatchObject({ status: 'failed', cause: UNKNOWN })
          expect(last(22)?.status).toBe('authenticated')
          expect(statusesOf(states[22])).toContain('reconnecting Refused')
        })
      },
    )
  })

  it('that is said once for all of them pauses them all (B6)', () => {
    authenticating(
      [11, 22],
      (id, tries) =>
        tries > 1 ? { after: 50 } : id === 11 ? 'silence' : { after: 50, refusal: MAINTENANCE },
      ({ at, last, asked }) => {
        at(10_500, () => {
          for (const id of [11, 22])
            expect(last(id)).toMatchObject({
              status: 'reconnecting',
              cause: { reason: 'Refused', maintenanceEndTimestamp: 40_000 },
            })
        })
        at(60_000, () => {
          expect([11, 22].map(id => last(id)?.status)).toEqual(['authenticated', 'authenticated'])
          expect([11, 22].map(id => asked(id).length)).toEqual([2, 2])
        })
      },
    )
  })

  it('is told where it may be of either, and each is asked for itself then (B6)', () => {
    authenticating(
      [11, 22],
      (id, tries) =>
        id === 11 ? { after: 50, refusal: UNKNOWN } : tries === 1 ? 'silence' : { after: 2_000 },
      ({ at, last, states }) => {
        at(10_500, () => {
          for (const id of [11, 22])
            expect(last(id)).toMatchObject({
              status: 'reconnecting',
              cause: { reason: 'Timeout', detail: expect.stringContaining(UNKNOWN.errorCode) as string },
            })
        })
        at(40_000, () => {
          expect(last(11)).toMatchObject({ status: 'failed', cause: UNKNOWN })
          expect(last(22)?.status).toBe('authenticated')
          expect(statusesOf(states[11]).filter(status => status.includes('Timeout'))).toHaveLength(1)
        })
      },
    )
  })

  it('that says its account is of that one (B6)', () => {
    authenticating(
      [11, 22],
      id => (id === 11 ? { after: 50, refusal: { ...UNKNOWN, ctidTraderAccountId: 11 } } : { after: 5_000 }),
      ({ at, last }) => {
        at(100, () => {
          expect(last(11)).toMatchObject({ status: 'failed', cause: UNKNOWN })
          expect(last(22)?.status).toBe('authenticatingAccount')
        })
        at(6_000, () => {
          expect(last(22)?.status).toBe('authenticated')
        })
      },
    )
  })

  it('that comes when its own has timed out does not fail the next one (B6)', () => {
    authenticating(
      [11, 22],
      (id, tries) =>
        id === 22
          ? { after: tries === 1 ? 12_500 : 3_000 }
          : tries === 1
            ? { after: 12_000, refusal: UNKNOWN }
            : 'silence',
      ({ at, last, states }) => {
        at(30_000, () => {
          expect(statusesOf(states[22]).filter(status => status.startsWith('failed'))).toEqual([])
          expect(last(22)?.status).toBe('authenticated')
        })
      },
    )
  })

  it('is found among queries of other accounts that are always under way (B6)', () => {
    authenticating(
      [11, 22],
      id => (id === 11 ? { after: 0 } : { after: 500, refusal: UNKNOWN }),
      ({ at, last, watch, client }) => {
        const account = client.account({ accountId: 11, accessToken: 'token-of-11' })
        const answers = watch(
          interval(100).pipe(mergeMap(() => account.request(PROTO_OA_TRADER_REQ, {}))),
          2_500,
        )
        at(2_000, () => {
          expect(last(22)).toMatchObject({ status: 'failed', cause: UNKNOWN })
          expect(last(11)?.status).toBe('authenticated')
          expect(answers.error).toBeUndefined()
          expect(answers.values).toHaveLength(18)
        })
      },
      ({ payloadType, clientMsgId }, { say }) => {
        const payload = {
          ctidTraderAccountId: 11,
          trader: { ctidTraderAccountId: 11, balance: 1, depositAssetId: 1 },
        }
        if (payloadType === PROTO_OA_TRADER_REQ)
          asyncScheduler.schedule(() => say({ payloadType: PROTO_OA_TRADER_RES, clientMsgId, payload }), 150)
      },
    )
  })

  it('may be of a request whose sender has gone, and then is the answer of no other (B6)', () => {
    authenticating(
      [11, 22],
      id => (id === 11 ? { after: 3_000, refusal: UNKNOWN } : { after: 5_000 }),
      ({ at, last, states }) => {
        at(1_000, () => states[11]?.unsubscribe())
        at(6_000, () => {
          expect(last(22)?.status).toBe('authenticated')
        })
      },
    )
  })

  it('is not the answer of an order that is under way as well (B6)', () => {
    authenticating(
      [11, 22],
      id => (id === 11 ? { after: 0 } : { after: 500, refusal: UNKNOWN }),
      ({ at, last, watch, client }) => {
        const account = client.account({ accountId: 11, accessToken: 'token-of-11' })
        const order = watch(
          account.request(PROTO_OA_NEW_ORDER_REQ, {
            symbolId: 1,
            orderType: 1,
            tradeSide: 1,
            volume: 100_000,
          }),
          20_000,
        )
        at(600, () => {
          expect([order.error, last(22)?.status]).toEqual([undefined, 'authenticatingAccount'])
        })
        at(1_100, () => {
          expect(order.values).toHaveLength(1)
          expect(last(22)).toMatchObject({ status: 'failed', cause: UNKNOWN })
        })
      },
      ({ payloadType, clientMsgId }, { say }) => {
        const payload = { ctidTraderAccountId: 11, executionType: 2, isServerEvent: false }
        if (payloadType === PROTO_OA_NEW_ORDER_REQ)
          asyncScheduler.schedule(
            () => say({ payloadType: PROTO_OA_EXECUTION_EVENT, clientMsgId, payload }),
            1_000,
          )
      },
    )
  })

  it('of a renewal is its answer when all others have theirs (B6)', () => {
    inVirtualTime(({ at, watch }) => {
      const { client } = scriptedClient((frame, line) => {
        const { clientMsgId, payload, payloadType } = frame
        const badToken = { errorCode: 'CH_ACCESS_TOKEN_INVALID' }
        if (payloadType === PROTO_OA_REFRESH_TOKEN_REQ)
          asyncScheduler.schedule(() => line.say({ payloadType: PROTO_OA_ERROR_RES, payload: badToken }), 100)
        else if (payloadType === PROTO_OA_ACCOUNT_AUTH_REQ && payload?.['accessToken'] === 'worn')
          line.say({ payloadType: PROTO_OA_ERROR_RES, clientMsgId, payload: badToken })
        else asyncScheduler.schedule(() => obliging(frame, line), 300)
      })
      const [worn, fine] = [
        client.account({ accountId: 11, accessToken: 'worn', refreshToken: 'spent' }),
        client.account({ accountId: 22, accessToken: 'fine' }),
      ].map(({ authenticated$ }) => watch(authenticated$, 5_000))
      at(2_000, () => {
        expect(worn?.values.at(-1)).toMatchObject({ status: 'failed', cause: { reason: 'GrantLost' } })
        expect(fine?.values.at(-1)?.status).toBe('authenticated')
      })
    })
  })
})
