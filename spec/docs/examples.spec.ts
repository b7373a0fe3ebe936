import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { examples } from './code'

jest.setTimeout(30_000)

const authenticated = ['connecting', 'authenticatingApp', 'authenticatingAccount', 'authenticated']

/** What each example says, line by line. */
const outputs: Readonly<Record<string, readonly string[]>> = {
  'quick-start': [
    'authenticated, 0',
    'authenticated, 1',
    'authenticated, 2',
    'done, and the line closes by itself',
  ],
  simulator: [
    'accepted: 1 position, 0 deals',
    'balance 10000.00, lines 1',
    'filled: 1 position, 1 deals',
    'balance 10000.00, lines 1',
  ],
  'virtual-time': [
    'an hour of quotes',
    'connecting connected reconnecting connecting connected reconnecting connecting connected',
  ],
  faults: [
    ...authenticated,
    'CTraderError: no answer to 2106 within 10000 ms',
    'orders: 1',
    '10500.00',
    'fell by 0.01',
    'reconnecting',
    ...authenticated,
    'time is not a field of refuse',
  ],
  served: [...authenticated, 'reconnecting', 'closed'],
  healing: [
    ...authenticated,
    'connection lost: closed with 1000 "Bye": try 1 in 500 ms',
    ...authenticated,
    'missed: 2 bars',
    'again: bars, basket, quotes',
  ],
  'save-tokens': [...authenticated, 'access-1-1 refresh-1-1'],
  requests: [
    'accepted, as was found out',
    'refused: TRADING_BAD_VOLUME',
    'not sent: account 12345678 is a live account; this client connects to demo',
  ],
  authentication: [
    'https://id.ctrader.com/my/settings/openapi/grantingaccess/?client_id=demo&redirect_uri=https%3A%2F%2Fexample.com%2Fgranted&scope=trading&product=web',
    '11: login 3000011, demo, trade',
    '12: login 3000012, demo, trade',
    'demo',
    '11 is authenticated',
    '12 is authenticated',
    '21 is authenticated',
    '1 line',
    'EURUSD is subscribed once',
    '21 is logged out',
    'Error: no tokens: ACCESS_DENIED Access denied',
  ],
  credentials: [
    'connecting',
    'authenticatingApp',
    'authenticatingAccount',
    'failed: accessToken must give a non-empty string',
    'authenticatingAccount',
    'authenticated',
    'a quote',
    'idle',
    'connecting',
    'connected',
    'loginRequired',
    'connecting',
    'connected',
    'a price',
    'loginRequired',
  ],
  errors: [
    'volume: 0.01',
    'did you mean EURUSD, EURJPY, AUDUSD?',
    'sent',
    'accepted',
    'NOT_ENOUGH_MONEY',
    'sent',
    'accepted',
    'filled',
    'UnknownPayloadType: {"payloadType":9999,"payload":{"somethingNew":1}}',
    'MalformedJson: {"payloadType":2104',
    'unknownField: ProtoOATraderRes.ofTomorrow',
    'connection lost: closed with 1000 "Bye"; it heals',
    "the server ended the account's session; it heals",
    'the refresh token was refused, the user has to grant access again: CH_ACCESS_TOKEN_INVALID: Invalid access token; let the user grant access again',
  ],
  'every-error': [
    'ConnectionLost: connection lost: closed with 1000 "Bye"',
    'Timeout: no answer to 2106 within 10000 ms',
    'Refused: server responded with TRADING_BAD_VOLUME: Order volume = 0.01 is smaller than minimum allowed volume = 1000.00.',
    'InvalidRequest: request 2106 was not sent: payload.volume: expected int64, got number',
    'InvalidAnswer: the answer to 2104 could not be decoded: payload.version: expected string, got number',
    'TooLarge: the answer to 2104 has more than 15728640 characters: it has 15728712',
    'WrongEnvironment: account 12345678 is a live account; this client connects to demo',
    'NotSent: order was not sent: connection lost: closed with 1006',
    'NotFound: the outcome of order id-3 was not found within 60 s: asked 7 times, it is neither among the orders (2175) nor among those that are pending (2124). It may still appear, so placing it again may execute it twice',
    "InvalidOrder: volume 0.0001 lots is below the symbol's minimum volume, 0.01; the nearest is 0.01",
    'UnknownSymbol: there is no symbol EURSD; the nearest are EURUSD, EURJPY, AUDUSD',
    'NoConversion: no symbols lead from asset EUR to asset XYZ',
    'InvalidOption: clientSecret must be a non-empty string',
    "SessionEnded: the server ended the account's session",
    'TokensNotSaved: the renewed tokens were not saved: the disk is full',
    'CredentialUnavailable: there is no accessToken: the vault is sealed',
    'GrantLost: the refresh token was refused, the user has to grant access again: CH_ACCESS_TOKEN_INVALID: Invalid access token',
    'ClientBlocked: the application is blocked: Blocked by the administrator',
  ],
  units: ['spreads: 0.3 and 12 pips', 'the order is sent, and all numbers are as written'],
  journal: [
    'left open: accepted',
    'new: sent',
    'new: accepted',
    'new: filled',
    'left open: cancelled',
    'intended, intended, settled, settled',
  ],
  'own-journal': [
    'sent, written down',
    'accepted, written down',
    'filled, written down',
    'the storage is full',
    'NotSent',
  ],
  connect: ['connected', 'a quote', 'stopped', 'idle'],
  orders: [
    'not yet',
    'orders are one frame now',
    'sent',
    'accepted',
    'filled: 10000 at 1.11475',
    'filled',
    'protected',
    'that is all',
    "volume 0.0001 lots is below the symbol's minimum volume, 0.01; the nearest is 0.01",
    'would take 1114.67',
    'changing: sent',
    'changing: protected',
    'changing: sent',
    'changing: accepted',
    'filled: 5000 at 1.11457',
    'changing: filled',
    'closing: sent',
    'closing: accepted',
    'closing: outcomeUnknown',
    'filled: 5000 at 1.11438',
    'closing: filled',
    '24000 units lose half a percent',
    'filled: 24000 at 1.11424',
  ],
  streams: [
    '0 positions, 0 new, 0 gone',
    '0.00, free 10000',
    'danger of a stop-out: none',
    'a week has 7050 minutes',
    'EUR/USD is 1, 5 digits, a pip is the 4th',
    '1 positions, 1 new, 0 gone',
    'not shown: some',
    'averages of 20 minutes: 11',
    'crossings of the average: 4',
  ],
  'angular-ticker': ['quoted, filled, lost and back again'],
  'angular-recipes': [
    'without a user: /login',
    'with one: /',
    'store: 0 1 true',
    'resource: 0 deals',
    'replaced: 1 line',
    'on the server: no price',
    'shown: 1.2',
    'bought: filled',
  ],
  'angular-gateway': [
    'no user: no account',
    'ann: 1 account 12345678',
    'a quote: 1',
    'after the logout: no account',
    'and no quote: true',
  ],
  testing: [
    'bought twice, and nothing twice',
    'two prices, one position',
    'one bar closed',
    'filled in two parts',
    'expectObservable: not what was expected',
    '',
    '  expected  --a--b',
    '  actual    -Aa-B',
    '             ^',
    '  A         { bid: 1.1, ask: 1.1002 }',
    '  B         { bid: 1.2001, ask: 1.2002 }',
    '',
    '- expected, + actual',
    '+ 1 ms  A  { bid: 1.1, ask: 1.1002 }',
    '  2 ms  a  { bid: 1.2, ask: 1.2002 }',
    '+ 4 ms  B  { bid: 1.2001, ask: 1.2002 }',
    '- 5 ms  b  { bid: 1.2001, ask: 1.2003 }',
  ],
  'test-a-strategy': [
    'buys when the price gets cheap',
    'buys once in each dip',
    'waits for the rest of an order that is filled in part',
    'goes on after a rejected order',
    'sends nothing twice when the line is lost',
    'buys at the level itself',
    'waits until it is cheap',
  ],
  cross: [''],
  backtest: [
    '241 trades, 1 still open',
    'net 632.00, of it costs -1008.00',
    'greatest drawdown 834.21',
    'buy at 1.04859, stopLoss at 1.04459: -47.12',
    'sell at 1.04837, takeProfit at 1.04037: 81.78',
    'equity.csv result.json trades.csv',
  ],
  report: ['103 trades, net 1126.91'],
  sweep: [
    '3/50: 834.62',
    '3/20: 782.04',
    '8/50: 649.71',
    '8/20: -110.70',
    '3/50: 235.23, then 462.16',
    '3/50: 462.16, then -36.00',
    'all tests: 426.16',
  ],
  paper: [
    'the prices of the real account',
    'sent',
    'accepted',
    'filled',
    'on paper: 1 position',
    'real: 0 positions',
    'after a restart: 1 position',
  ],
  gateway: [
    'both see the price',
    'ann: filled',
    'ben: permissionScope SCOPE_VIEW permits viewing only; the nearest is SCOPE_TRADE',
    'all requests were answered',
    '2 clients over 1 line with 1 account',
    'closed',
  ],
  'gateway-sessions': ['ann', 'Error: there is no session'],
  'gateway-server': ['a gateway at /ctrader', 'account: authenticated'],
  'copy-trading': [
    'opened: 1.00, 0.50, 0.20, 0.10',
    "  master's fill to followers' fills: median 298 ms, worst 300 ms",
    'one refuses: 2.00, 0.50, 0.40, 0.20; 2 refused',
    "  master's fill to followers' fills: median 289 ms, worst 289 ms",
    'restarted in the middle of a close: 1.50, 0.25, 0.30, 0.15',
    "  master's fill to followers' fills: median 292 ms, worst 299 ms",
  ],
  operations: ['filled: 1', 'placeOrder: sent, accepted, filled', 'its frames: 3'],
  recording: [
    'the price rose',
    '{"at":…,"line":"connecting"}',
    '{"at":…,"line":"opened"}',
    '{"at":…,"direction":"out","frame":{"payloadType":2100,"payload":{"clientId":"demo","clientSecret":"[redacted]"}}}',
    'replayed at once: the same',
    'replayed in virtual time: the same',
  ],
  watching: [
    'connecting',
    'all is well',
    'the line is fine, the market is quiet',
    'the line is silent',
    'reconnecting',
    'connecting',
    'all is well',
  ],
}

const start = (example: string) =>
  promisify(execFile)(process.execPath, ['--import', 'tsx', join('docs', 'examples', `${example}.ts`)])

const runs = new Map<string, ReturnType<typeof start>>()
/** Runs an example once for all specs. */
const run = (example: string): ReturnType<typeof start> => {
  const known = runs.get(example) ?? start(example)
  runs.set(example, known)
  return known
}

const names = Object.keys(outputs)
/** Begins the next example already: one process alone would leave a processor idle. */
const runWithNext = (example: string): ReturnType<typeof start> => {
  const current = run(example)
  const next = names[names.indexOf(example) + 1]
  if (next !== undefined) run(next).catch(() => undefined)
  return current
}

describe('the examples', () => {
  it.each(Object.entries(outputs))(
    '%s runs, says what it should, and ends by itself',
    async (example, said) => {
      const { stdout } = await runWithNext(example)
      expect(stdout.trim().split('\n')).toEqual(said)
    },
  )

  // `authenticate` has a spec of its own.
  it('are all run', () => {
    const files = [...names, 'authenticate'].map(name => join('docs', 'examples', `${name}.ts`))
    expect([...examples].sort()).toEqual(files.sort())
  })

  it('watching logs what is a warning, and no more', async () => {
    const { stderr } = await run('watching')
    expect(stderr).toMatch(/^connection\.reconnecting \{/m)
    expect(stderr).toMatch(/^account\.reconnecting \{/m)
    expect(stderr).not.toContain('connection.connected')
  })
})
