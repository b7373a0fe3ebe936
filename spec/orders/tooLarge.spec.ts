import { PayloadType, closeAll, lots, placeOrder, price } from 'rx-ctrader'
import { liberal, tooMuch } from '../support/oversizedServer'
import { scriptedClient } from '../support/scriptedClient'
import type { ScriptedClient } from '../support/scriptedClient'
import type { Reply } from '../support/scriptedServer'
import { statuses } from '../support/statuses'
import { inVirtualTime } from '../support/virtualTime'

const {
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_ORDER_DETAILS_REQ,
  PROTO_OA_RECONCILE_REQ,
} = PayloadType

const buy = { symbol: 1, side: 'buy', volume: lots(0.01) } as const

const asked = ({ server }: ScriptedClient, payloadType: number) =>
  server.lines.flatMap(({ heard }) => heard.filter(frame => frame.payloadType === payloadType))

const pending = {
  orderId: 7,
  tradeData: { symbolId: 1, volume: 100_000, tradeSide: 1 },
  ...{ orderType: 2, orderStatus: 1, limitPrice: 1, utcLastUpdateTimestamp: 5 },
}

/** The list of what is open is too large; of an order by its id the server says that it was cancelled. */
const reply: Reply = (frame, line) => {
  const { clientMsgId, payloadType } = frame
  if (payloadType === PROTO_OA_RECONCILE_REQ) tooMuch('comes', frame, line)
  else if (payloadType === PROTO_OA_ORDER_DETAILS_REQ)
    line.say({
      ...{ payloadType: payloadType + 1, clientMsgId },
      payload: {
        ctidTraderAccountId: 11,
        order: { ...pending, orderStatus: 5, utcLastUpdateTimestamp: 6 },
      },
    })
  else liberal(frame, line)
}

describe('where the list of what is open is too large', () => {
  it('an order in doubt is looked for without it, and not for ever (B4)', () => {
    inVirtualTime(({ at, watch }) => {
      const scripted = scriptedClient(reply)
      const seen = watch(placeOrder(scripted.account, { ...buy, type: 'market' }))
      at(300_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'outcomeUnknown'])
        expect(seen.error).toMatchObject({ reason: 'NotFound' })
        expect(String(seen.error)).toContain('the answer to 2124 has more than 15728640 characters')
        expect(asked(scripted, PROTO_OA_RECONCILE_REQ).length).toBeLessThan(4)
      })
    })
  })

  it('an order that waits for its price is found by its id after a lost line (B4)', () => {
    inVirtualTime(({ at, watch }) => {
      const scripted = scriptedClient(reply)
      const { account, server } = scripted
      const seen = watch(placeOrder(account, { ...buy, type: 'limit', price: price(1) }))
      at(1_000, () => {
        const [order] = asked(scripted, PROTO_OA_NEW_ORDER_REQ)
        const clientOrderId = order?.payload?.['clientOrderId']
        server.lines[0]?.say({
          ...{ payloadType: PROTO_OA_EXECUTION_EVENT, clientMsgId: order?.clientMsgId },
          payload: {
            ...{ ctidTraderAccountId: 11, executionType: 2, isServerEvent: false },
            order: { ...pending, clientOrderId },
          },
        })
        expect(statuses(seen)).toEqual(['sent', 'accepted'])
        server.lines[0]?.end()
      })
      at(300_000, () => {
        expect(statuses(seen)).toEqual(['sent', 'accepted', 'cancelled'])
        expect(asked(scripted, PROTO_OA_RECONCILE_REQ).length).toBeLessThan(4)
      })
    })
  })

  it('nothing is closed of it, and the error says why (B4)', () => {
    inVirtualTime(({ at, watch }) => {
      const seen = watch(closeAll(scriptedClient(reply).account))
      at(100, () => {
        expect(seen.error).toMatchObject({
          reason: 'NotSent',
          cause: { reason: 'TooLarge', payloadType: PROTO_OA_RECONCILE_REQ },
        })
      })
    })
  })
})
