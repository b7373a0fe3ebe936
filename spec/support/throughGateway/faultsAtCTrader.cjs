const { runWithFaultsAtCTrader } = require('./suites.cjs')

// Those in which lines are lost, and that do not look at the line itself: a loss at cTrader leaves it as it is.
runWithFaultsAtCTrader([
  'orders/closeAll',
  'orders/orderUpdatesProperties',
  'orders/outcomes',
  'orders/recoverOrders',
  'orders/tracking/protectionMatch',
  'session/healing',
  'streams/account/deals',
  'streams/history/properties',
  'streams/market/candles',
  'streams/market/candlesProperties',
  'streams/market/depthProperties',
  'streams/market/sharedFeedProperties',
  'streams/symbols/assets',
  'streams/symbols/resolveSymbol',
  'streams/symbols/symbol',
  'streams/symbols/symbols',
  'streams/valuation/equity',
])
