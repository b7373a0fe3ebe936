/**
 * How many random schedules run behind a gateway. Most mistakes are found without one. A number that is given by hand
 * counts here, too.
 */
const runs = {
  ACCOUNT_RUNS: 3,
  CANDLES_RUNS: 8,
  CONVERSION_RUNS: 20,
  DEPTH_RUNS: 5,
  FEED_RUNS: 4,
  HEALING_RUNS: 15,
  HISTORY_RUNS: 3,
  LINES_RUNS: 10,
  ORDERS_RUNS: 10,
  UPDATES_RUNS: 8,
  WARM_RUNS: 4,
}

for (const [name, count] of Object.entries(runs)) process.env[name] ??= `${count}`
