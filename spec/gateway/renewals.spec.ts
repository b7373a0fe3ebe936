import * as fc from 'fast-check'
import { BehaviorSubject } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { ACCOUNTS, GRANTS, gatewayFloor, grantIdOf } from '../support/gatewayFloor'
import type { Scope } from '../support/gatewayFloor'
import type { RawFrame } from '../support/rawClient'
import type { Fate } from '../support/remoteProcess'
import { steadyPeer } from '../support/steadyPeer'
import type { PeerHabits } from '../support/steadyPeer'
import { outside, playProcesses } from '../support/wholeProcess'
import type { WholeProcess } from '../support/wholeProcess'

/** `GRANT_RUNS=500 npm run spec -- spec/gateway/renewals` for many more. */
const RUNS = Number(process.env['GRANT_RUNS'] ?? 15)

const PEERS: readonly PeerHabits[] = [
  { accounts: [11, 13, 14], spots: [], depth: false },
  { accounts: [12, 13], spots: [], depth: false },
]
/** How long an access token lives, in s. It is renewed in the last tenth. */
const LIFETIME = 100
/** When the last thing begins to go wrong, when users grant access again, and the end, in ms. */
const LAST = 210_000
/** A process that has died in a renewal is waited for. */
const CONSENT = LAST + 90_000
const REST = CONSENT + 20_000
const END = REST + 5_000

const what = fc.constantFrom('pause', 'pause', 'cut', 'kill', 'close', 'drop')
const lasts = fc.oneof(fc.integer({ min: 300, max: 4_000 }), fc.integer({ min: 2_000, max: 20_000 }))
/** In the middle of a renewal. */
const strike = fc.record({
  on: fc.constantFrom('won', 'sent', 'sent'),
  after: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 3_000 })),
  what,
  lasts,
})
const deed = fc.record({ at: fc.integer({ min: 3_000, max: LAST }), who: fc.nat(1), what, lasts })
const expiry = fc.record({
  at: fc.integer({ min: 3_000, max: LAST }),
  on: fc.constantFrom(...ACCOUNTS),
  isNoticed: fc.boolean(),
})
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
const PROMPT: Fate = { there: 1, back: 1, lost: 'nothing' }

describe('the tokens of owners in several processes', () => {
  it('are renewed once, saved before they are used, and found by all, while processes pause, die and come back', () => {
    fc.assert(
      fc.property(
        fc.record({
          rates: fc.array(fc.constantFrom(0.9, 1, 1.1), { minLength: 4, maxLength: 4 }),
          isWatched: fc.boolean(),
          fates: fc.array(fate, { minLength: 10, maxLength: 100, size: 'max' }),
          strikes: fc.array(strike, { minLength: 1, maxLength: 5 }),
          deeds: fc.array(deed, { maxLength: 3 }),
          expiries: fc.array(expiry, { maxLength: 4 }),
        }),
        ({ rates, isWatched, fates, strikes, deeds, expiries }) => {
          playProcesses(time => {
            const { at } = time
            let used = 0
            let isQuiet = false
            const nextFate = (): Fate => (isQuiet ? PROMPT : (fates[(used += 1) % fates.length] ?? PROMPT))
            const left = [...strikes]
            /** When the processes have become as they are. */
            const strikeNow = (kind: string, length: number, process: WholeProcess): void => {
              const index = floor.owners.findIndex(owner => owner.process === process)
              const one = floor.owners[index]
              if (!one || process.isDead() || process.isPaused()) return
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
                if (kind === 'close')
                  process.enter(() => {
                    one.owners.close().subscribe({ complete: process.kill })
                  })
                else process.kill()
                at(length, () => {
                  process.kill()
                  if (floor.owners[index] === one) floor.restart('owner', index)
                })
              }
            }
            const floor = gatewayFloor(time, {
              lines: 2,
              rates,
              nextFate,
              isWatched,
              eager: 0,
              tokenLifetime: LIFETIME,
              onRenewal: (step, process) => {
                const [next] = left
                if (next?.on !== step || isQuiet) return
                left.shift()
                outside(() => {
                  at(next.after, () => {
                    strikeNow(next.what, next.lasts, process)
                  })
                })
              },
            })
            PEERS.forEach(({ accounts }, index) => {
              floor.rights.set(
                String(index),
                new BehaviorSubject<ReadonlyMap<number, Scope>>(
                  new Map(accounts.map(accountId => [accountId, 'trade'])),
                ),
              )
            })
            const peers = PEERS.map((habits, index) => steadyPeer(floor, index, habits, END))
            for (const { at: moment, who, what: kind, lasts: length } of deeds)
              at(moment, () => {
                const one = floor.owners[who]
                if (one) strikeNow(kind, length, one.process)
              })
            for (const { at: moment, on, isNoticed } of expiries)
              at(moment, () => {
                floor.disturb({ kind: 'tokenExpiry', accountId: on })
                if (isNoticed) floor.disturb({ kind: 'drop' }, on)
              })
            at(LAST, () => {
              isQuiet = true
            })
            let lost: readonly string[] = []
            at(CONSENT, () => {
              lost = Object.keys(GRANTS).filter(id =>
                floor.renewals.isLost(floor.kept(id)?.refreshToken ?? ''),
              )
              floor.consentAgain()
            })
            at(END, () => {
              const { sentTwice, unsafe, doublySure } = floor.records()
              expect({ sentTwice, unsafe, doublySure }).toEqual({ sentTwice: [], unsafe: [], doublySure: [] })
              expect(floor.renewals.count()).toBeGreaterThan(2)
              for (const accountId of ACCOUNTS)
                expect([accountId, floor.renewals.authenticatedBy.get(accountId)]).toEqual([
                  accountId,
                  floor.kept(grantIdOf(accountId))?.accessToken,
                ])
              for (const { lines } of peers) {
                const frames = lines.flatMap(({ client }) =>
                  client.timed.map(([came, text]) => ({ came, frame: JSON.parse(text) as RawFrame })),
                )
                const last = new Map<unknown, number>()
                for (const { frame } of frames) {
                  const accountId = frame.payload?.['ctidTraderAccountId']
                  if (
                    frame.payloadType === PayloadType.PROTO_OA_ACCOUNT_AUTH_RES ||
                    frame.payloadType === PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT
                  )
                    last.set(accountId, frame.payloadType)
                }
                const open = new Set(last.values())
                expect([...open]).toEqual([PayloadType.PROTO_OA_ACCOUNT_AUTH_RES])
                // Users are sent away only where the new pair is lost.
                const final = frames.filter(
                  ({ frame }) => frame.payload?.['errorCode'] === 'CH_ACCESS_TOKEN_INVALID',
                )
                expect(lost.length === 0 ? final : []).toEqual([])
              }
              for (const one of peers) one.leave()
              at(5_000, floor.end)
            })
          })
        },
      ),
      { numRuns: RUNS, endOnFailure: true, ...(process.env["SEED"] !== undefined && { seed: Number(process.env["SEED"]), ...(process.env["RPATH"] !== undefined && { path: process.env["RPATH"] }) }) },
    )
  }, 600_000)
})
