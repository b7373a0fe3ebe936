import { CTraderError } from 'rx-ctrader'
import { toRefusal } from '../../../src/gateway/model/refusals'

const refused = (errorCode: string, more: object = {}): CTraderError =>
  new CTraderError({ reason: 'Refused', payloadType: 2106, errorCode, ...more })

const away = { errorCode: 'CH_SERVER_NOT_REACHABLE' }

describe('an error of a request to cTrader is told to a browser', () => {
  it.each([
    [
      'as it is',
      refused('NOT_ENOUGH_MONEY', { description: 'No money' }),
      { errorCode: 'NOT_ENOUGH_MONEY', description: 'No money' },
    ],
    [
      'with the order and the position',
      refused('ORDER_NOT_FOUND', { orderId: 7, positionId: 8 }),
      { errorCode: 'ORDER_NOT_FOUND', orderId: 7, positionId: 8 },
    ],
    [
      'with the end of maintenance, in seconds',
      refused('SERVER_IS_UNDER_MAINTENANCE', { maintenanceEndTimestamp: 1_700_000_000_001 }),
      { errorCode: 'SERVER_IS_UNDER_MAINTENANCE', maintenanceEndTimestamp: 1_700_000_001 },
    ],
    [
      'as too many requests, and not as a payload type that is blocked',
      refused('BLOCKED_PAYLOAD_TYPE', { retryAfter: 3 }),
      { errorCode: 'REQUEST_FREQUENCY_EXCEEDED', retryAfter: 3 },
    ],
    [
      'as a server that is away, where it is about the application',
      refused('CH_CLIENT_NOT_AUTHENTICATED'),
      away,
    ],
    ['as a server that is away, where there are too many lines', refused('CONNECTIONS_LIMIT_EXCEEDED'), away],
    [
      'as a server that is away, where the line is lost',
      new CTraderError({ reason: 'ConnectionLost', sent: true }),
      away,
    ],
    ['as a server that is away, where it is a defect', new TypeError('very-secret'), away],
    [
      'as access that is lost',
      new CTraderError({ reason: 'GrantLost', errorCode: 'ACCESS_DENIED' }),
      { errorCode: 'CH_ACCESS_TOKEN_INVALID' },
    ],
    [
      'as a server that is away, where tokens could not be kept: they are kept later',
      new CTraderError({ reason: 'TokensNotSaved', detail: 'very-secret' }),
      away,
    ],
    [
      'as an answer that is too long',
      new CTraderError({ reason: 'TooLarge', payloadType: 2124, detail: 'too long' } as never),
      { errorCode: 'FRAME_TOO_LONG' },
    ],
    [
      'as a request that is wrong',
      new CTraderError({
        reason: 'InvalidRequest',
        payloadType: 2106,
        faults: [{ path: 'volume', expected: 'int64', actual: 'x' }],
      } as never),
      { errorCode: 'INVALID_REQUEST' },
    ],
  ])('%s', (_, error, refusal) => {
    expect(toRefusal(error)).toMatchObject(refusal)
    expect(JSON.stringify(toRefusal(error))).not.toContain('very-secret')
  })
})
