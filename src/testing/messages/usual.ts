/** The account of the kit and of the simulator. */
export const ACCOUNT_ID = 12345678

/** EURUSD at the simulator. */
export const SYMBOL_ID = 1

/** The start of the kit's market: a Wednesday at noon UTC, because currencies are closed at weekends. */
export const MARKET_START = Date.UTC(2026, 0, 7, 12)

/** The usual values of entities and events: a thousand euros bought at 1.1. */
export const usual = {
  orderId: 1,
  positionId: 1,
  dealId: 1,
  /** Cents. */
  volume: 100_000,
  price: 1.1,
  moneyDigits: 2,
} as const

/** The spread of EURUSD. */
export const SPREAD = 0.0002
