import type { QuoteSide } from '../protocol/side'

/** @deprecated Its name is {@link QuoteSide}. In `rx-ctrader`, a `Side` is `'buy'` or `'sell'`. */
export type Side = QuoteSide
