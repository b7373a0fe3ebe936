/** Buys on a simulator in memory, and looks into it. */
import { filter, map, merge, take } from 'rxjs'
import {
  PayloadType,
  ProtoOAExecutionType,
  ProtoOAOrderType,
  ProtoOATradeSide,
  createClient,
  formatMoney,
} from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'

// #region world
// A Wednesday at noon UTC, since currencies are closed at weekends; one to come, so that only its own clock counts.
const broker = createSimulator({ seed: 42, start: Date.UTC(2031, 0, 8, 12) })
const client = createClient({ connect: broker.connect, clientId: 'demo', clientSecret: 'demo' })
const account = client.account({ accountId: 12345678, accessToken: 'demo' })
// #endregion

// #region look
const buy$ = account.request(PayloadType.PROTO_OA_NEW_ORDER_REQ, {
  symbolId: 1,
  orderType: ProtoOAOrderType.MARKET,
  tradeSide: ProtoOATradeSide.BUY,
  volume: 100_000, // 1,000 EUR
})
const filled$ = account.on(PayloadType.PROTO_OA_EXECUTION_EVENT).pipe(
  filter(({ payload }) => payload.executionType === ProtoOAExecutionType.ORDER_FILLED),
  take(1),
)

merge(buy$.pipe(map(() => 'accepted')), filled$.pipe(map(() => 'filled'))).subscribe(what => {
  const { trader, positions, deals } = broker.exchange.ledger(12345678)
  console.log(`${what}: ${positions.length} position, ${deals.length} deals`)
  console.log(`balance ${formatMoney(trader.balance, 2)}, lines ${broker.lines().length}`)
})
// #endregion
