import { parseFault } from 'rx-ctrader/simulator'

const refuse = { kind: 'refuse', errorCode: 'TIMEOUT_ERROR' }

describe('a fault in JSON', () => {
  it.each<[string, unknown]>([
    ['body', null],
    ['body', 'drop'],
    ['body', [{ kind: 'drop' }]],
    ['kind', {}],
    ['kind', { kind: 7 }],
    ['kind', { kind: 'toString' }],
    ['errorCode', { kind: 'refuse' }],
    ['errorCode', { kind: 'refuse', errorCode: 7 }],
    ['ms', { kind: 'delay', ms: '5' }],
    ['on.line', { kind: 'drop', on: { line: 'first' } }],
    ['lien', { kind: 'drop', lien: 1 }],
    ['carrier', { ...refuse, carrier: 51 }],
    ['carrier', { kind: 'maintenance', seconds: 1, carrier: 2132 }],
    ['code', { kind: 'close', code: 999 }],
    ['code', { kind: 'close', code: 1005 }],
    ['code', { kind: 'close', code: 2000 }],
    ['code', { kind: 'close', code: 5000 }],
    ['reason', { kind: 'close', reason: 'é'.repeat(62) }],
    ['times', { ...refuse, times: 0 }],
    ['ms', { kind: 'delay', ms: 2_147_483_648 }],
    ['side', { kind: 'mute', symbolId: 1, side: 'last' }],
  ])('is refused because of its %s: %j', (field, fault) => {
    const read = parseFault(fault)
    expect(read).toEqual({ mistake: { field, detail: expect.stringMatching(/^(must|is not) /) as string } })
  })

  it.each<[object]>([
    [{ ...refuse, carrier: 2132 }],
    [{ ...refuse, carrier: 50, times: 3 }],
    [{ kind: 'maintenance', seconds: 1, carrier: 50 }],
    [{ kind: 'close', code: 1001 }],
    [{ kind: 'close', code: 1014, reason: 'é'.repeat(61) }],
    [{ kind: 'close', code: 3000 }],
    [{ kind: 'close', code: 4999 }],
    [{ kind: 'delay', ms: 2_147_483_647 }],
  ])('is read: %j', fault => {
    expect(parseFault(fault)).toEqual({ fault })
  })
})
