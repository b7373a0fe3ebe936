import { concatMap, map, throwError, toArray } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { busError, localBus } from 'rx-ctrader/gateway'
import type { BusLog } from 'rx-ctrader/gateway'
import { createSimulator } from 'rx-ctrader/simulator'
import { grantSlot } from '../../../src/gateway/bus/subjects'
import { createOpenAccounts } from '../../../src/gateway/owner/journal/openAccounts'
import { ACCOUNT } from '../../support/account'
import { rawClient } from '../../support/rawClient'
import { busMedium, processOnBus } from '../../support/remoteBus'
import type { Fate } from '../../support/remoteProcess'
import { edgeOver, ownersOver } from '../../support/sharedLines'
import { inVirtualTime } from '../../support/virtualTime'
import { wiretap } from '../../support/wiretap'

const { PROTO_OA_ACCOUNT_AUTH_REQ, PROTO_OA_NEW_ORDER_REQ } = PayloadType

const openAccounts = (log: BusLog) =>
  createOpenAccounts(log, { isSure: () => true, onFenced: () => undefined })

const PROMPT: Fate = { there: 1, back: 1, lost: 'nothing' }

const linesOf = (log: BusLog): readonly Readonly<Record<string, unknown>>[] => {
  let all: readonly Readonly<Record<string, unknown>>[] = []
  log
    .read()
    .pipe(
      map(({ text }) => JSON.parse(text) as Readonly<Record<string, unknown>>),
      toArray(),
    )
    .subscribe(lines => (all = lines))
  return all
}

describe('the accounts with open orders', () => {
  it('are known to the next owner, without those that are done', () => {
    const log = localBus().log('open')
    const first = openAccounts(log)
    for (const accountId of [1, 2, 3, 2]) first.add({ accountId, grantId: 'ann' }).subscribe()
    first.remove({ accountId: 1, grantId: 'ann' })
    first.remove({ accountId: 7, grantId: 'ann' })
    expect(linesOf(log).map(({ state, accountId }) => [state, accountId])).toEqual([
      ['fence', undefined],
      ['open', 1],
      ['open', 2],
      ['open', 3],
      ['done', 1],
    ])
    const found: unknown[] = []
    openAccounts(log)
      .load()
      .subscribe(accounts => found.push(...accounts))
    expect(found).toEqual([2, 3].map(accountId => ({ accountId, grantId: 'ann' })))
  })

  it('are written again after that has failed, and what is no entry is left out', () => {
    const log = localBus().log('open')
    log
      .append('{"state":"open"}', 0)
      .pipe(concatMap(seq => log.append('no JSON', seq)))
      .subscribe()
    let isDown = true
    const accounts = openAccounts({
      ...log,
      append: (text, after) => (isDown ? throwError(() => busError('Down')) : log.append(text, after)),
    })
    const seen: string[] = []
    const add = (): void => {
      accounts.add({ accountId: 1, grantId: 'ann' }).subscribe({
        complete: () => seen.push('written'),
        error: () => seen.push('failed'),
      })
    }
    add()
    isDown = false
    add()
    expect(seen).toEqual(['failed', 'written'])
    expect(linesOf(log).map(({ state }) => state)).toEqual(['fence', 'open'])
  })

  it.each([true, false])(
    'are looked up by the next owner, also where no client asks any more; the order has an effect: %s',
    takesEffect => {
      inVirtualTime(({ at }) => {
        const medium = busMedium()
        const broker = createSimulator({ latency: 20 })
        const begin = (name: string) => {
          const process = processOnBus(medium, 1, () => PROMPT)
          const wire = wiretap(broker.connect)
          return { process, wire, owners: ownersOver(process.bus, process.line(wire.connect), { name }) }
        }
        const first = begin('first')
        const edge = edgeOver(processOnBus(medium, 1, () => PROMPT).bus)
        const peer = rawClient(edge.as({ userId: 'ann' }))
        peer.send(
          { payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } },
          {
            payloadType: PROTO_OA_ACCOUNT_AUTH_REQ,
            payload: { ctidTraderAccountId: ACCOUNT, accessToken: 'a' },
          },
        )
        at(4_000, () => {
          broker.fault({ kind: 'swallow', payloadType: PROTO_OA_NEW_ORDER_REQ, takesEffect })
          peer.send({
            payloadType: PROTO_OA_NEW_ORDER_REQ,
            clientMsgId: 'o',
            payload: {
              ctidTraderAccountId: ACCOUNT,
              symbolId: 1,
              orderType: 1,
              tradeSide: 1,
              volume: 100_000,
            },
          })
          at(200, () => {
            first.process.kill()
            peer.leave()
          })
        })
        at(5_000, () => {
          const second = begin('second')
          at(120_000, () => {
            const chain = linesOf(medium.logs(String(ACCOUNT)))
            expect(chain.at(-1)).toMatchObject({
              state: 'settled',
              outcome: takesEffect ? 'filled' : 'notFound',
            })
            expect(linesOf(medium.logs(`open.demo.${grantSlot('grant')}`)).at(-1)).toMatchObject({
              state: 'done',
              accountId: ACCOUNT,
            })
            expect(second.wire.sentTypes()).not.toContain(PROTO_OA_NEW_ORDER_REQ)
            // The account is closed when that is over, and so is the line.
            expect(second.wire.lines).toEqual({ opened: 1, open: 0 })
            second.owners.close().subscribe()
            const third = begin('third')
            at(10_000, () => {
              expect(third.wire.lines.opened).toBe(0)
              for (const { owners } of [first, third]) owners.close().subscribe()
              edge.close().subscribe()
            })
          })
        })
      })
    },
  )
})
