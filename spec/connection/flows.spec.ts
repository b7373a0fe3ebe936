import { switchMap, take } from 'rxjs'
import { PayloadType, createClient } from 'rx-ctrader'
import { asOpenLink } from '../../src/connection/link'
import { obliging, scriptedServer } from '../support/scriptedServer'
import { inVirtualTime } from '../support/virtualTime'

const { PROTO_OA_NEW_ORDER_REQ, PROTO_OA_TRADER_REQ } = PayloadType
const accountId = 12345678
const request = { ctidTraderAccountId: accountId }
const order = { ...request, symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 } as const

/** The ids of the messages of a type, in the order in which they came. */
const playing = (act: (link: ReturnType<typeof asOpenLink>) => void): readonly (string | undefined)[] => {
  let came: readonly (string | undefined)[] = []
  inVirtualTime(({ at, watch }) => {
    const server = scriptedServer(obliging)
    const client = createClient({
      clientId: 'demo',
      clientSecret: 'demo',
      connect: server.connect,
      rateLimits: { live: 2, historical: 1 },
    })
    const account = client.account({ accountId, accessToken: 'demo' })
    watch(account.accountAuth$, 30_000)
    account.accountAuth$.pipe(take(1)).subscribe(link => {
      act(asOpenLink(link))
    })
    at(29_000, () => {
      came = server.lines
        .flatMap(({ heard }) => heard)
        .filter(({ payloadType }) => payloadType >= PROTO_OA_NEW_ORDER_REQ)
        .map(({ clientMsgId }) => clientMsgId)
    })
  })
  return came
}

describe('a flow of a link', () => {
  it('takes turns with the others of the same account, however many messages one of them has', () => {
    const flows: string[] = []
    playing(link => {
      for (const [flow, times] of [
        ['first', 4],
        ['second', 2],
      ] as const)
        for (let n = 0; n < times; n += 1)
          link
            .inFlow(flow)
            .request(PROTO_OA_TRADER_REQ, request)
            .subscribe({
              next: () => flows.push(flow),
              error: () => flows.push(flow),
            })
    })
    expect(flows).toEqual(['first', 'second', 'first', 'second', 'first', 'first'])
  })

  it('sends a command with the id that it was given, and asks in its turn whether it may leave', () => {
    const asked: string[] = []
    const ids = playing(link => {
      for (const id of ['stays', 'leaves'])
        link
          .inFlow('desk')
          .command(PROTO_OA_NEW_ORDER_REQ, order, id, () => {
            asked.push(id)
            return id === 'stays' ? (new Error('no') as never) : undefined
          })
          .pipe(switchMap(() => []))
          .subscribe({ error: () => undefined })
    })
    expect(asked).toEqual(['stays', 'leaves'])
    expect(ids).toContain('leaves')
    expect(ids).not.toContain('stays')
  })
})
