import * as fc from 'fast-check'
import { BehaviorSubject, asyncScheduler, filter, interval, take, takeUntil, timer } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { ACCOUNTS, GRANTS, gatewayFloor, grantIdOf } from '../support/gatewayFloor'
import type { Scope } from '../support/gatewayFloor'
import type { RawFrame } from '../support/rawClient'
import type { Fate } from '../support/remoteProcess'
import { steadyPeer } from '../support/steadyPeer'
import type { PeerHabits, SteadyPeer } from '../support/steadyPeer'
import { outside, playProcesses } from '../support/wholeProcess'
import type { WholeProcess } from '../support/wholeProcess'

/** `GRANT_RUNS=500 npm run spec -- spec/gateway/renewals` for many more. */
const RUNS = Number(process.env['GRANT_RUNS'] ?? 12)

const { PROTO_OA_ACCOUNT_AUTH_RES, PROTO_OA_ACCOUNT_DISCONNECT_EVENT } = PayloadType

const PROMPT: Fate = { there: 1, back: 1, lost: 'nothing' }
const PEERS: readonly PeerHabits[] = [
  { accounts: [11, 13, 14], spots: [], depth: false },
  { accounts: [12, 13], spots: [], depth: false },
]
/** How long an access token lives, in s. It is renewed in the last tenth. */
const LIFETIME = 70
/** When the last thing begins to go wrong, in ms. */
const LAST = 145_000
/** When users whose tokens are lost grant access again. By then, a process that has died in a renewal was waited for. */
const CONSENT = LAST + 80_000
const REST = CONSENT + 20_000
const END = REST + 60_000
/** An account that was taken away by a renewal is open again by then, in ms. */
const SETTLED_AFTER = 10_000

const what = fc.constantFrom('pause', 'pause', 'cut', 'kill', 'close', 'drop')
/** How long a process may be paused in the middle of a renewal, in ms. */
const LONGEST = 20_000
const lasts = fc.oneof(fc.integer({ min: 300, max: 4_000 }), fc.integer({ min: 2_000, max: LONGEST }))
/** In the middle of a renewal. */
const strike = fc.record({
  on: fc.constantFrom('won', 'sent', 'sent'),
  after: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 3_000 })),
  what,
  lasts,
})
/** Between the sending of a refresh token and the saving of the new pair. */
const doze = fc.record({
  on: fc.constant('sent'),
  after: fc.integer({ min: 0, max: 43 }),
  what: fc.constant('pause'),
  lasts: fc.integer({ min: 4_000, max: LONGEST }),
})
/** Between the right to send a refresh token and its sending, until another process may have the right. */
const nap = fc.record({
  on: fc.constant('won'),
  after: fc.integer({ min: 0, max: 3 }),
  what: fc.constant('pause'),
  lasts: fc.integer({ min: LONGEST, max: 70_000 }),
})
const moment = fc.integer({ min: 3_000, max: LAST })
const deed = fc.record({ at: moment, who: fc.nat(1), what, lasts })
const expiry = fc.record({ at: moment, on: fc.constantFrom(...ACCOUNTS), isNoticed: fc.boolean() })
const fate = fc.record<Fate>({
  there: fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: 0, max: 10 }) },
    fc.integer({ min: 0, max: 2_000 }),
  ),
  back: fc.integer({ min: 0, max: 10 }),
  lost: fc.oneof(
    { weight: 40, arbitrary: fc.constant<Fate['lost']>('nothing') },
    fc.constantFrom<Fate['lost'][]>('request', 'answer'),
  ),
})
const history = fc.record({
  rates: fc.array(fc.constantFrom(0.9, 1, 1.1), { minLength: 4, maxLength: 4 }),
  isWatched: fc.boolean(),
  strikes: fc.array(fc.oneof({ weight: 4, arbitrary: strike }, doze, nap), { minLength: 1, maxLength: 5 }),
  deeds: fc.array(deed, { maxLength: 3 }),
  expiries: fc.array(expiry, { maxLength: 4 }),
  fates: fc.array(fate, { minLength: 10, maxLength: 100, size: 'max' }),
})
type History = typeof history extends fc.Arbitrary<infer T> ? T : never

const framesOf = ({ lines }: SteadyPeer): readonly RawFrame[] =>
  lines.flatMap(({ client }) => client.received.map(text => JSON.parse(text) as RawFrame))

const accountOf = ({ payload }: RawFrame): unknown => payload?.['ctidTraderAccountId']

/** The accounts that a peer has open. */
const openOf = (peer: SteadyPeer): readonly unknown[] => {
  const open = new Set<unknown>()
  for (const frame of framesOf(peer)) {
    if (frame.payloadType === PROTO_OA_ACCOUNT_AUTH_RES) open.add(accountOf(frame))
    if (frame.payloadType === PROTO_OA_ACCOUNT_DISCONNECT_EVENT) open.delete(accountOf(frame))
  }
  return [...open].sort()
}

interface Outcome {
  readonly sentTwice: readonly string[]
  readonly unsafe: readonly string[]
  readonly doublySure: readonly string[]
  /** How many refresh tokens have left. */
  readonly renewals: number
  /** The grants whose new pair was lost. */
  readonly lost: readonly string[]
  /** By account: the access token that was used last, and the one that is kept. */
  readonly accessTokens: readonly unknown[]
  readonly kept: readonly unknown[]
  /** By peer: the accounts that it has. */
  readonly open: readonly unknown[]
  /** What told a user to grant access again. */
  readonly sentAway: readonly RawFrame[]
}

const play = (given: History): Outcome | undefined => {
  let outcome: Outcome | undefined
  playProcesses(time => {
    const { at } = time
    const left = [...given.strikes]
    let used = 0
    let isQuiet = false
    const nextFate = (): Fate =>
      isQuiet ? PROMPT : (given.fates[(used += 1) % given.fates.length] ?? PROMPT)
    const act = (kind: string, length: number, process: WholeProcess): void => {
      const index = floor.owners.findIndex(owner => owner.process === process)
      const one = floor.owners[index]
      if (!one || process.isDead() || process.isPaused()) return
      // One that is paused for so long after it has sent a refresh token is as good as dead.
      if (length > LONGEST && floor.renewals.isRenewing(process)) return
      if (kind === 'pause') {
        process.pause()
        at(length, process.resume)
      } else if (kind === 'cut') {
        one.bus.cut()
        at(length, () => {
          one.bus.join(true)
        })
      } else if (kind === 'drop') {
        for (const accountId of ACCOUNTS) floor.disturb({ kind: 'drop' }, accountId)
      } else {
        if (kind === 'kill') process.kill()
        else
          process.enter(() => {
            one.owners.close().subscribe({ complete: process.kill })
          })
        at(length, () => {
          process.kill()
          if (floor.owners[index] === one) floor.restart('owner', index)
        })
      }
    }
    const floor = gatewayFloor(time, {
      ...given,
      lines: 2,
      eager: 0,
      nextFate,
      tokenLifetime: LIFETIME,
      onRenewal: (step, process) => {
        const [next] = left
        if (next?.on !== step || isQuiet) return
        left.shift()
        outside(() => {
          at(next.after, () => {
            act(next.what, next.lasts, process)
          })
        })
      },
    })
    // Prices would only take time.
    for (const symbolId of [1, 2]) floor.broker.fault({ kind: 'mute', symbolId })
    PEERS.forEach(({ accounts }, index) => {
      const scopes = accounts.map((accountId): [number, Scope] => [accountId, 'trade'])
      floor.rights.set(String(index), new BehaviorSubject<ReadonlyMap<number, Scope>>(new Map(scopes)))
    })
    const peers = PEERS.map((habits, index) => steadyPeer(floor, index, habits, END))
    for (const { at: when, who, what: kind, lasts: length } of given.deeds)
      at(when, () => {
        const one = floor.owners[who]
        if (one) act(kind, length, one.process)
      })
    for (const { at: when, on, isNoticed } of given.expiries)
      at(when, () => {
        floor.disturb({ kind: 'tokenExpiry', accountId: on })
        if (isNoticed) floor.disturb({ kind: 'drop' }, on)
      })
    at(LAST, () => {
      isQuiet = true
    })
    let lost: readonly string[] = []
    at(CONSENT, () => {
      lost = Object.keys(GRANTS).filter(id => floor.renewals.isLost(floor.kept(id)?.refreshToken ?? ''))
      floor.consentAgain()
    })
    at(REST, () => {
      interval(1_000)
        .pipe(
          filter(() => asyncScheduler.now() - floor.renewals.lastAt() > SETTLED_AFTER),
          take(1),
          takeUntil(timer(END - REST)),
        )
        .subscribe(() => {
          const { sentTwice, unsafe, doublySure } = floor.records()
          outcome = {
            sentTwice,
            unsafe,
            doublySure,
            renewals: floor.renewals.count(),
            lost,
            accessTokens: ACCOUNTS.map(accountId => [
              accountId,
              floor.renewals.authenticatedBy.get(accountId),
            ]),
            kept: ACCOUNTS.map(accountId => [accountId, floor.kept(grantIdOf(accountId))?.accessToken]),
            open: peers.map(openOf),
            sentAway: peers
              .flatMap(framesOf)
              .filter(({ payload }) => payload?.['errorCode'] === 'CH_ACCESS_TOKEN_INVALID'),
          }
        })
    })
    at(END, () => {
      for (const one of peers) one.leave()
      at(5_000, floor.end)
    })
  })
  return outcome
}

describe('the tokens of owners in several processes', () => {
  it('are renewed once, saved before they are used, and found by all, while processes pause, die and come back', () => {
    fc.assert(
      fc.property(history, given => {
        const outcome = play(given)
        if (!outcome) throw new Error('it has not come to rest')
        const { sentTwice, unsafe, doublySure, renewals, lost, accessTokens, kept, open, sentAway } = outcome
        expect({ sentTwice, unsafe, doublySure }).toEqual({ sentTwice: [], unsafe: [], doublySure: [] })
        expect(renewals).toBeGreaterThan(2)
        expect(accessTokens).toEqual(kept)
        expect(open).toEqual(PEERS.map(({ accounts }) => accounts))
        // Only where a new pair was lost with its process, users were told to grant access again.
        expect(lost.length > 0 ? [] : sentAway).toEqual([])
      }),
      { numRuns: RUNS, endOnFailure: true },
    )
  }, 3_600_000)
})
