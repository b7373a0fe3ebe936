import { map } from 'rxjs'
import { PayloadType, ProtoOAOrderType, ProtoOATradeSide } from 'rx-ctrader'
import { request } from 'rx-ctrader/testing'
import type { Marbles } from 'rx-ctrader/testing'
import { buyDips } from './buyDips'

// #region first
const levels = { cheap: 1.095, dear: 1.1 }
// Dear, cheap, and between.
const quotes = Object.freeze({
  d: { bid: 1.1, ask: 1.1002 },
  c: { bid: 1.09, ask: 1.0902 },
  m: { bid: 1.0975, ask: 1.0977 },
})
const statuses = Object.freeze({ s: 'sent', a: 'accepted', f: 'filled', p: 'protected' })

const buysWhenCheap = ({ broker, account, expectObservable }: Marbles): void => {
  broker.quotes('d 4s c', quotes)
  const status$ = buyDips(account, levels).pipe(map(({ status }) => status))
  expectObservable(status$).toBe('4001ms (sa) 251ms fp', statuses)
}
// #endregion

// #region requests
const buy = request(PayloadType.PROTO_OA_NEW_ORDER_REQ, {
  symbolId: 1,
  orderType: ProtoOAOrderType.MARKET,
  tradeSide: ProtoOATradeSide.BUY,
  volume: 1_000_000, // cents of a euro
  relativeStopLoss: 200, // 20 pips, in 1/100000
})

const buysOnceInEachDip = ({ broker, account, expectRequests }: Marbles): void => {
  broker.quotes('d 4s c 1s m 1s c 4s d 4s c', quotes)
  buyDips(account, levels).subscribe()
  expectRequests(PayloadType.PROTO_OA_NEW_ORDER_REQ).toBe('4001ms b 10003ms b', { b: buy })
}
// #endregion

// #region parts
const waitsForTheRest = ({ broker, account, expectObservable }: Marbles): void => {
  // It gets dear and cheap again while the order is filled in parts.
  broker.quotes('d 1s c 1s d 1s c', quotes)
  broker.fills('1500ms h 4s f', { h: { volume: 500_000, price: 1.0903 } })
  const volume$ = buyDips(account, levels).pipe(
    map(update => ('volume' in update ? update.volume : update.status)),
  )
  const values = { ...statuses, h: 500_000, f: 1_000_000 }
  expectObservable(volume$).toBe('1001ms (sa) 495ms h 4s (fp)', values)
}
// #endregion

// #region refused
const goesOnAfterARejection = ({ broker, account, expectObservable }: Marbles): void => {
  broker.quotes('d 1s c 4s d 4s c', quotes)
  broker.fills('2s r 9s f', { r: { rejected: 'NOT_ENOUGH_MONEY' } })
  const status$ = buyDips(account, levels).pipe(map(({ status }) => status))
  expectObservable(status$).toBe('1001ms (sa) 995ms r 7002ms (sa) 1994ms fp', {
    ...statuses,
    r: 'rejected',
  })
}
// #endregion

// #region lost
const sendsNothingTwice = ({ broker, account, expectObservable, expectRequests }: Marbles): void => {
  broker.quotes('d 4s c', quotes)
  // The line is lost when the order has been accepted and not yet been filled.
  broker.faults('4100ms d')
  const status$ = buyDips(account, levels).pipe(map(({ status }) => status))
  expectObservable(status$).toBe('4001ms (sa) 95ms u 499ms (fp)', { ...statuses, u: 'outcomeUnknown' })
  expectRequests(PayloadType.PROTO_OA_NEW_ORDER_REQ).toBe('4001ms b', { b: buy })
}
// #endregion

// #region boundary
const buysAtTheLevelItself = ({ broker, account, expectRequests }: Marbles): void => {
  broker.quotes('d 1s c 1s d 1s c', { d: { bid: 1.0999, ask: 1.1 }, c: { bid: 1.0949, ask: 1.095 } })
  buyDips(account, levels).subscribe()
  expectRequests(PayloadType.PROTO_OA_NEW_ORDER_REQ).toBe('1001ms b 2001ms b', { b: buy })
}
// #endregion

// #region start
const waitsUntilItIsCheap = ({ broker, account, expectRequests }: Marbles): void => {
  broker.quotes('m 4s c', quotes)
  buyDips(account, levels).subscribe()
  expectRequests(PayloadType.PROTO_OA_NEW_ORDER_REQ).toBe('4001ms b', { b: buy })
}
// #endregion

/** A scenario is a function, so it works in every runner. */
export const scenarios = {
  'buys when the price gets cheap': buysWhenCheap,
  'buys once in each dip': buysOnceInEachDip,
  'waits for the rest of an order that is filled in part': waitsForTheRest,
  'goes on after a rejected order': goesOnAfterARejection,
  'sends nothing twice when the line is lost': sendsNothingTwice,
  'buys at the level itself': buysAtTheLevelItself,
  'waits until it is cheap': waitsUntilItIsCheap,
}
