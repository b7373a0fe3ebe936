import { asyncScheduler } from 'rxjs'
import type { Connect } from 'rx-ctrader'
import { commandsOf } from './commands'
import type { Command } from './commands'
import { createArmed } from './faults'
import type { Fault } from './faults'
import { createPrices } from './instruments'
import type { Prices } from './instruments'
import { createLedger } from './ledger'
import type { Ledger } from './ledger'
import { createLines } from './line'
import { createLists } from './lists'
import { createRequests } from './requests'
import { createSession, forgetAccount } from './session'
import type { Session } from './session'
import type { Desk } from './trading/desk'
import { trigger } from './trading/triggering'
import { usual } from './ways'
import type { Ways } from './ways'
import { reportOnWire } from './wire'

export const ACCOUNT = 11
/** A Wednesday noon, when the broker opens. */
export const START = Date.UTC(2026, 0, 7, 12)
const BEAT = 25_000

/**
 * A broker with a ledger of its own, written from the documents of the protocol alone. It knows nothing of the library
 * or of its simulator, so that what both of them believe can be found to be wrong. It runs on RxJS's scheduler, and so
 * in virtual time.
 */
export interface Broker {
  readonly connect: Connect
  readonly ledger: Ledger
  readonly prices: Prices
  readonly desk: Desk
  /** The order commands that came, in the order in which they did. */
  readonly commands: readonly Command[]
  /** The `clientMsgId`s of the commands that clients sent, as often as they did, with any outcome. */
  readonly left: readonly string[]
  /** By the server's clock. */
  readonly now: () => number
  readonly startedAt: number
  readonly fault: (fault: Fault) => void
  /** Nothing strikes from now on. */
  readonly recover: () => void
  /** Lets the price of a symbol go up by so many steps, or down. */
  readonly move: (symbolId: number, steps: number) => void
  /** Does what another terminal asks. */
  readonly other: (payloadType: number, payload: unknown, clientMsgId: string) => void
  /** To be called when no client will come any more: no timer is left. */
  readonly stop: () => void
}

export const createBroker = (given: Partial<Ways> = {}): Broker => {
  const ways: Ways = { ...usual, ...given }
  const madeAt = asyncScheduler.now()
  const now = (): number => START + ways.skew + Math.floor(asyncScheduler.now() - madeAt)
  const ledger = createLedger(now)
  const prices = createPrices()
  const armed = createArmed()
  const sessions = new Set<Session>()
  const ids = { order: 1_000, position: 5_000, deal: 9_000 }
  let last = 0

  const desk: Desk = {
    ledger,
    prices,
    ways,
    stamp: () => {
      last = Math.max(last + 1, now())
      return last
    },
    later: (ms, act) => {
      asyncScheduler.schedule(act, ms)
    },
    nextId: kind => (ids[kind] += 1),
    tell: report => {
      const payload = reportOnWire(ACCOUNT, report, ways)
      for (const session of sessions)
        if (session.isAccount) session.send(2126, payload, ways.eventsName ? report.cause : undefined)
    },
  }
  ledger.write('purse', { id: 0, balance: 1_000_000, version: 1, bonus: ways.bonus })

  const commands = commandsOf(desk, armed)
  const lists = createLists(desk, ACCOUNT, now)
  const answer = createRequests({
    accountId: ACCOUNT,
    armed,
    commands,
    lists,
    prices,
    now,
    carrier: ways.carrier,
  })

  const lines = createLines(armed, write => {
    const session = createSession(write)
    sessions.add(session)
    return {
      receive: text => {
        answer(session, text)
      },
      leave: () => {
        sessions.delete(session)
      },
    }
  })

  const beat = asyncScheduler.schedule(function () {
    for (const session of sessions) session.send(51)
    this.schedule(undefined, BEAT)
  }, BEAT)

  const fault: Broker['fault'] = happening => {
    switch (happening.kind) {
      case 'cut':
        lines.cut(happening.arrives)
        break
      case 'half':
        lines.halve(happening.arrives)
        break
      case 'endAccount':
        for (const session of sessions)
          if (session.isAccount) {
            forgetAccount(session)
            session.send(2164, { ctidTraderAccountId: ACCOUNT })
          }
        break
      case 'invalidate':
        for (const session of sessions)
          session.send(2147, { ctidTraderAccountIds: [ACCOUNT], reason: 'refreshed' })
        break
      case 'endClient':
        for (const session of sessions) {
          forgetAccount(session)
          session.isApp = false
          session.send(2148, { reason: 'restart' })
        }
        break
      default:
        armed.arm(happening)
    }
  }

  return {
    connect: lines.connect,
    ledger,
    prices,
    desk,
    commands: commands.came,
    left: lines.left,
    now,
    startedAt: START + ways.skew,
    fault,
    recover: armed.disarm,
    move: (symbolId, steps) => {
      prices.move(symbolId, steps)
      trigger(desk, symbolId)
      for (const session of sessions)
        if (session.isAccount && session.spots.has(symbolId))
          session.send(2131, {
            ctidTraderAccountId: ACCOUNT,
            symbolId,
            ...prices.quote(symbolId),
            timestamp: now(),
          })
    },
    other: (payloadType, payload, clientMsgId) => {
      commands.execute(payloadType, payload, clientMsgId)
    },
    stop: () => {
      beat.unsubscribe()
    },
  }
}
