/** The account of the kit, and of the simulator. */
export const ACCOUNT_ID = 12345678

/** EURUSD, at the simulator. */
export const SYMBOL_ID = 1

/** When the market of the kit begins: a Wednesday noon UTC, since currencies rest at weekends. */
export const MARKET_START = Date.UTC(2026, 0, 7, 12)

/** What the entities and events have in common where a test says nothing else: a thousand euros bought at 1.1. */
export const usual = {
  orderId: 1,
  positionId: 1,
  dealId: 1,
  /** Cents. */
  volume: 100_000,
  price: 1.1,
  moneyDigits: 2,
} as const

/** How far the ask of EURUSD is above its bid. */
export const SPREAD = 0.0002
