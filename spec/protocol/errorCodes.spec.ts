import { errorMeaning } from '../../src/protocol/errorCodes'

describe('errorMeaning', () => {
  it.each([
    ['ALREADY_LOGGED_IN', 'alreadyDone'],
    ['ALREADY_SUBSCRIBED', 'alreadyDone'],
    ['CH_CLIENT_ALREADY_AUTHENTICATED', 'alreadyDone'],
    ['CH_CLIENT_AUTH_FAILURE', 'fatal'],
    ['CH_OA_CLIENT_NOT_FOUND', 'fatal'],
    ['CH_ACCESS_TOKEN_INVALID', 'badToken'],
    ['OA_AUTH_TOKEN_EXPIRED', 'badToken'],
    ['CH_CTID_TRADER_ACCOUNT_NOT_FOUND', 'fatal'],
    ['ACCOUNT_NOT_AUTHORIZED', 'fatal'],
    ['RET_NO_SUCH_LOGIN', 'fatal'],
    ['RET_ACCOUNT_DISABLED', 'fatal'],
    ['INVALID_REQUEST', 'fatal'],
    ['UNSUPPORTED_MESSAGE', 'fatal'],
    ['CANT_ROUTE_REQUEST', 'notRouted'],
    ['CH_SERVER_NOT_REACHABLE', 'transient'],
    ['SERVER_IS_UNDER_MAINTENANCE', 'transient'],
    ['BLOCKED_PAYLOAD_TYPE', 'transient'],
    ['REQUEST_FREQUENCY_EXCEEDED', 'transient'],
    ['CONNECTIONS_LIMIT_EXCEEDED', 'transient'],
  ])('%s is %s', (errorCode, meaning) => {
    expect(errorMeaning(errorCode)).toBe(meaning)
  })

  it.each([
    '',
    'A_CODE_OF_TOMORROW',
    'already_logged_in',
    'constructor',
    '__proto__',
    'hasOwnProperty',
    'toString',
  ])('a code it does not know is transient: %p', errorCode => {
    expect(errorMeaning(errorCode)).toBe('transient')
  })
})
