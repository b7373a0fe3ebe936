/** What a client can notice behind a gateway, and why that is meant so. */
interface Exception {
  readonly because: string
  /** The names of the tests that show it, with the names of their suites in front. */
  readonly tests: readonly string[]
}

export const exceptions: readonly Exception[] = [
  {
    because: 'The tokens are the gateway’s own: it does not look at those of a client.',
    tests: [
      'orders/validation/permissions checked waits for a line, and errors with the account',
      'session/account a refusal of a token fails that account alone, after one attempt',
      'session/account account.request and account.on settle with the cause when the account cannot be authenticated',
      'session/authentication/accountList the list of accounts of a token is asked for again when another token was accepted, once for all',
      'session/authentication/grants/credential a function for the access token is called again when the server refuses the token, once',
      'session/authentication/grants/credential a function for the access token fails the account if it gives the refused token again',
      'session/authentication/grants/credential a function for the access token lets the permission of a new token count, and looks it up once for each',
      'session/authentication/grants/credential client.retry() begins a new attempt for those who subscribe again, of an account that has failed',
      'session/authentication/grants/credential the secrets that functions give are in no log, error, state, recording or printed object',
      'session/checks the checks that each fail on at least one other client 8. a bad token: one attempt, terminal state, no loop',
      'session/checks the checks that each fail on at least one other client 11. JSON.stringify of any log, error or recording contains no secret',
      'session/client client.message$ and client.on show no token, while the request gets it',
      'session/logging/log the log of a client tells what cannot go right as an error, and shows no secret',
      'session/login a client that waits for a login does so for one account whose token is refused, while the line and the others go on',
      'streams/market/sharedFeed the option feedOf does not let an account that cannot log in stop the others',
    ],
  },
  {
    because: 'A gateway lists the accounts of the session (2149), and not those of one token.',
    tests: [
      'session/authentication/accountList the list of accounts of a token is asked for again by an account that is not in it, because the user may have given access since',
    ],
  },
  {
    because: 'A refused session has a text of the gateway’s own.',
    tests: [
      'session/account a refusal of the client ends in failed after one attempt, for the line and every account',
    ],
  },
  {
    because: 'The end of a session (2148) has a reason of the gateway’s own.',
    tests: ['streams/account/positions positions errors with the account'],
  },
  {
    because: 'A gateway logs an account out by itself (2162), so that cannot fail.',
    tests: [
      'session/logout an account that comes back while it is being logged out finds itself authenticated where the logout was not done, and gives back what is to be (B10)',
    ],
  },
  {
    because: 'One who subscribes later gets the current prices and bars at once.',
    tests: [
      'streams/market/candles candles shares the spots and the live bars with those who want another history',
      'streams/market/sharedFeed the bars and books of a feed are there for all: trendbarEvents, and the time of the server in the quotes',
    ],
  },
  {
    because: 'An order without an answer is refused with TIMEOUT_ERROR, before the client gives up on it.',
    tests: [
      'orders/reconciling/newOrderOutcome the outcome of a new order is not found where the server shows nothing of it for the horizon, both lists, and stays open (G4)',
    ],
  },
  {
    because:
      'The gateway looks for an order in doubt, too. Its own question gets the only refusal of this test.',
    tests: [
      'orders/reconciling/newOrderOutcome the outcome of a new order is looked for from a day before, where the server requires a time range',
    ],
  },
  {
    because: 'BLOCKED_PAYLOAD_TYPE is about the line to cTrader: a client gets REQUEST_FREQUENCY_EXCEEDED.',
    tests: ['orders/runCommand a command that is refused by 2142 is rejected'],
  },
  {
    because: 'Without latency, what happens in the same millisecond takes more turns through a gateway.',
    tests: [
      'orders/orderUpdates orderUpdates tells nothing of what was before, and what becomes of it',
      'orders/orderUpdatesGaps orderUpdates, where a line is lost or a frame cannot be read, begins anew where the line is lost before the first answer',
    ],
  },
]
