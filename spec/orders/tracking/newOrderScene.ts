import { trackNewOrder } from '../../../src/orders/tracking/trackNewOrder'
import type { Tracker } from '../../../src/orders/tracking/tracker'
import type { ExecutionReport } from '../../../src/orders/tracking/executionReport'
import type { AskedProtections } from '../../../src/orders/tracking/protectionMatch'
import { floorWith, heardOn } from './floorEvents'

export const PROTECTED = { clientOrderId: 'own', relativeStopLoss: 100, relativeTakeProfit: 200 } as const

export const following = (wantsProtection = false, asked: AskedProtections = PROTECTED): Tracker =>
  trackNewOrder({ clientOrderId: 'own', clientMsgId: 'm1', asked: wantsProtection ? asked : {} })

export const LIMIT = { clientOrderId: 'own', orderType: 2, limitPrice: 1.139 } as const

export const marketOrder = (asked: object = PROTECTED): ExecutionReport[] => {
  const floor = floorWith()
  floor.order(0, { clientOrderId: 'own', ...asked }, 'm1')
  floor.until(2_000)
  return heardOn(floor)
}
