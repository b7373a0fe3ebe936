import { PayloadType } from 'rx-ctrader'
import { withMaintenance } from '../../src/recording/maintenance'

const { PROTO_OA_ERROR_RES } = PayloadType

const DAY = 86_400_000
const THEN = Date.UTC(2026, 0, 7, 12)
const refusal = (payloadType: number, end: number): string =>
  JSON.stringify({ payloadType, payload: { errorCode: 'X', maintenanceEndTimestamp: end } })

describe('the end of a maintenance at another time', () => {
  it.each([
    ['is in seconds in a 2142', PROTO_OA_ERROR_RES, THEN / 1_000, DAY, (THEN + DAY) / 1_000],
    [
      'comes at the next second, rather than before its time',
      PROTO_OA_ERROR_RES,
      THEN / 1_000,
      1,
      THEN / 1_000 + 1,
    ],
    ['is in seconds there, also where it was in ms', PROTO_OA_ERROR_RES, THEN, 10_000 - THEN, 10],
    ['is in ms in a 50', 50, THEN, DAY, THEN + DAY],
    ['is in whole ms there', 50, THEN, 0.5, THEN + 1],
    ['is in ms there, also where the clock begins with it', 50, 20_000, 10_000, 30_000],
    ['is never before all time', PROTO_OA_ERROR_RES, THEN / 1_000, -THEN - DAY, 0],
  ])('%s', (_, payloadType, end, later, moved) => {
    const text = withMaintenance(refusal(payloadType, end), at => at + later)
    expect(text).toBe(refusal(payloadType, moved))
  })

  it('is found in JSON with spaces, and where the text breaks off', () => {
    const move = (text: string): string => withMaintenance(text, at => at + 1)
    expect(move('{ "maintenanceEndTimestamp" : 20 }')).toBe('{ "maintenanceEndTimestamp" : 21 }')
    expect(move('{"maintenanceEndTimestamp":20')).toBe('{"maintenanceEndTimestamp":21')
  })
})
