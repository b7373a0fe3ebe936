import { map } from 'rxjs'
import { spots } from 'rx-ctrader'
import { marbles } from 'rx-ctrader/testing'

const prices = { a: { bid: 1.1, ask: 1.1002 }, b: { bid: 1.2, ask: 1.2002 } }

/** Expects two prices; the second comes at the third ms. */
const expectSecondAt = (diagram: string): void => {
  marbles(({ broker, account, expectObservable }) => {
    broker.quotes('a--b', prices)
    expectObservable(spots(account, 'EURUSD').pipe(map(({ bid, ask }) => ({ bid, ask })))).toBe(
      diagram,
      prices,
    )
  })
}

/** The same in every runner: one that passes, and one that fails. */
export const scenarios = {
  passes: () => {
    expectSecondAt('a--b')
  },
  fails: () => {
    expectSecondAt('a---b')
  },
}
