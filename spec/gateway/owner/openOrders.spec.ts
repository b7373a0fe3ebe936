import { defer, map, throwError, toArray } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { busError, logJournal } from 'rx-ctrader/gateway'
import type { Bus, BusLog, Owners, OwnersOptions } from 'rx-ctrader/gateway'
import { createSimulator } from 'rx-ctrader/simulator'
import { grantSlot } from '../../../src/gateway/bus/subjects'
import { createOpenAccounts } from '../../../src/gateway/owner/journal/openAccounts'
import { ACCOUNT } from '../../support/account'
import { rawClient } from '../../support/rawClient'
import { busMedium, processOnBus } from '../../support/remoteBus'
import type { Fate } from '../../support/remoteProcess'
import { edgeOver, ownersOver } from '../../support/sharedLines'
import { inVirtualTime } from '../../support/virtualTime'
import type { VirtualTime } from '../../support/virtualTime'
import { wiretap } from '../../support/wiretap'

const { PROTO_OA_ACCOUNT_AUTH_REQ, PROTO_OA_NEW_ORDER_REQ } = PayloadType

const PROMPT: Fate = { there: 1, back: 1, lost: 'nothing' }
const JOURNAL = String(ACCOUNT)
const LIST = `open.demo.${grantSlot('grant')}`

type Line = Readonly<Record<string, unknown>>

const linesOf = (log: BusLog): readonly Line[] => {
  let all: readonly Line[] = []
  log
    .read()
    .pipe(
      map(({ text }) => JSON.parse(text) as Line),
      toArray(),
    )
    .subscribe(lines => (all = lines))
  return all
}

const market = { symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 }
const limit = { symbolId: 1, orderType: 2, tradeSide: 1, volume: 100_000, limitPrice: 0.5 }

/** A bus on which some requests to logs have no answer. */
const withFaults = (bus: Bus, hasFault: (name: string, text?: string) => boolean): Bus => ({
  ...bus,
  log: name => {
    const log = bus.log(name)
    const call = <T>(text: string | undefined, act: () => T) =>
      hasFault(name, text) ? throwError(() => busError('Unanswered')) : act()
    return {
      ...log,
      read: after => defer(() => call(undefined, () => log.read(after))),
      append: (text, after) => defer(() => call(text, () => log.append(text, after))),
    }
  },
})

interface Scene {
  readonly at: VirtualTime['at']
  readonly medium: ReturnType<typeof busMedium>
  readonly begin: (
    name: string,
    hasFault?: Parameters<typeof withFaults>[1],
    options?: Partial<OwnersOptions>,
  ) => { readonly kill: () => void }
  readonly killEdge: () => void
  readonly end: () => void
  readonly trade: (order: object) => void
  /** Sends orders whose answers are lost. */
  readonly place: (takesEffect: boolean, ...orders: readonly object[]) => void
  /** The outcomes in the journal. */
  readonly outcomes: () => readonly unknown[]
  /** The entry that was written last into the list of accounts with open orders. */
  readonly lastOfList: () => unknown
}

/** An edge with a client, at which orders are placed after some seconds. */
const inScene = (act: (scene: Scene) => void): void => {
  inVirtualTime(({ at }) => {
    const medium = busMedium()
    const broker = createSimulator({ latency: 20 })
    const edgeProcess = processOnBus(medium, 1, () => PROMPT)
    const edge = edgeOver(edgeProcess.bus)
    const all: Owners[] = []
    const begin: Scene['begin'] = (name, hasFault = () => false, options = {}) => {
      const process = processOnBus(medium, 1, () => PROMPT)
      const wire = wiretap(broker.connect)
      const bus = withFaults(process.bus, hasFault)
      const owners = ownersOver(bus, process.line(wire.connect), { name, ...options })
      all.push(owners)
      return { kill: process.kill }
    }
    const peer = rawClient(edge.as({ userId: 'ann' }))
    peer.send(
      { payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } },
      { payloadType: PROTO_OA_ACCOUNT_AUTH_REQ, payload: { ctidTraderAccountId: ACCOUNT, accessToken: 'a' } },
    )
    let placed = 0
    const trade = (order: object): void => {
      peer.send({
        payloadType: PROTO_OA_NEW_ORDER_REQ,
        clientMsgId: `o${(placed += 1)}`,
        payload: { ctidTraderAccountId: ACCOUNT, ...order },
      })
    }
    act({
      at,
      medium,
      begin,
      killEdge: () => {
        edgeProcess.kill()
        peer.leave()
      },
      end: () => {
        peer.leave()
        for (const owners of all) owners.close().subscribe()
        edge.close().subscribe()
      },
      trade,
      place: (takesEffect, ...orders) => {
        for (const order of orders) {
          broker.fault({ kind: 'swallow', payloadType: PROTO_OA_NEW_ORDER_REQ, takesEffect })
          trade(order)
        }
      },
      outcomes: () =>
        linesOf(medium.logs(JOURNAL)).flatMap(({ state, outcome }) => (state === 'settled' ? [outcome] : [])),
      lastOfList: () => linesOf(medium.logs(LIST)).at(-1)?.['state'],
    })
  })
}

/** What is looked up by the owner that takes over, also where no client asks any more. */
const afterDeath = (takesEffect: boolean, orders: readonly object[], act: (scene: Scene) => void): void => {
  inScene(scene => {
    const first = scene.begin('first')
    scene.at(4_000, () => {
      scene.place(takesEffect, ...orders)
      scene.at(200, () => {
        first.kill()
        scene.killEdge()
      })
    })
    scene.at(5_000, () => {
      act(scene)
    })
  })
}

describe('orders that are open in the journal have an outcome in the end', () => {
  it.each([
    ['the journal', JOURNAL],
    ['the list of accounts', LIST],
  ])('also if %s could not be read for some time', (_, failing) => {
    afterDeath(true, [market], ({ at, begin, end, lastOfList, outcomes }) => {
      let isFaulty = true
      begin('second', name => isFaulty && name === failing)
      at(20_000, () => {
        expect(outcomes()).toEqual([])
        isFaulty = false
      })
      at(100_000, () => {
        expect(outcomes()).toEqual(['filled'])
        expect(lastOfList()).toBe('done')
        end()
      })
    })
  })

  it('also if the outcome could not be written, and another order waits for its price', () => {
    afterDeath(true, [limit, market], ({ at, begin, end, outcomes }) => {
      let isFaulty = true
      begin('second', (_, text) => isFaulty && text?.includes('"settled"') === true)
      at(20_000, () => {
        expect(outcomes()).toEqual([])
        isFaulty = false
      })
      at(40_000, () => {
        expect(outcomes()).toEqual(['filled'])
        end()
      })
    })
  })

  it('also if the tokens could not be loaded at first', () => {
    afterDeath(true, [market], ({ at, begin, end, outcomes }) => {
      let isFaulty = true
      begin('second', undefined, {
        grants: {
          load: () => {
            if (isFaulty) throw new Error('no store')
            return [{ tokens: { accessToken: 'demo' }, version: '1' }]
          },
          save: () => ['2'],
        },
      })
      at(20_000, () => {
        isFaulty = false
      })
      at(100_000, () => {
        expect(outcomes()).toEqual(['filled'])
        end()
      })
    })
  })

  it('also if their edge dies, and no other takes their account', () => {
    inScene(({ at, begin, end, killEdge, lastOfList, outcomes, place }) => {
      begin('first')
      at(4_000, () => {
        place(false, market)
        at(200, killEdge)
      })
      at(120_000, () => {
        expect(outcomes()).toEqual(['notFound'])
        expect(lastOfList()).toBe('done')
        end()
      })
    })
  })

  it('also if a former owner writes into the journal late', () => {
    afterDeath(false, [market], ({ at, begin, end, medium, outcomes }) => {
      begin('second')
      at(20_000, () => {
        const late = logJournal(medium.logs(JOURNAL))
        defer(() => late.load()).subscribe()
      })
      at(200_000, () => {
        expect(outcomes()).toEqual(['notFound'])
        end()
      })
    })
  })
})

describe('the list of accounts with open orders', () => {
  it('is taken back where a former owner writes into it late: otherwise all orders would be refused', () => {
    inScene(({ at, begin, end, lastOfList, medium, outcomes, place }) => {
      begin('first')
      at(4_000, () => {
        createOpenAccounts(medium.logs(LIST), { isSure: () => true, onFenced: () => undefined })
          .load()
          .subscribe()
        place(true, market)
      })
      at(6_000, () => {
        place(true, market)
      })
      at(100_000, () => {
        expect(outcomes().at(-1)).toBe('answered')
        expect(lastOfList()).toBe('done')
        end()
      })
    })
  })

  it('has an account for a minute after its last order, so that the next one need not wait for it', () => {
    inScene(({ at, begin, end, medium, trade }) => {
      begin('first')
      const states = () => linesOf(medium.logs(LIST)).map(({ state }) => state)
      for (const time of [4_000, 14_000, 50_000])
        at(time, () => {
          trade(market)
        })
      at(109_000, () => {
        expect(states()).toEqual(['fence', 'open'])
      })
      at(116_000, () => {
        expect(states()).toEqual(['fence', 'open', 'done'])
        end()
      })
    })
  })

  it('does not have it any more when no edge needs it', () => {
    inScene(({ at, begin, end, killEdge, lastOfList, trade }) => {
      begin('first')
      at(4_000, () => {
        trade(market)
        at(1_000, killEdge)
      })
      at(30_000, () => {
        expect(lastOfList()).toBe('done')
        end()
      })
    })
  })

  it('is not begun by a process that may not own the accounts any more', () => {
    inVirtualTime(({ watch }) => {
      const log = busMedium().logs(LIST)
      const loaded = watch(createOpenAccounts(log, { isSure: () => false, onFenced: () => undefined }).load())
      expect(loaded.error).toMatchObject({ reason: 'Down' })
      expect(linesOf(log)).toEqual([])
    })
  })
})
