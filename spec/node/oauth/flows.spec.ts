import { FLOW_LIFETIME, createFlows } from '../../../src/node/oauth/flows'

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
})

describe('a consent that is under way', () => {
  it('is found by its user and by what the cookie knows, and is dropped after its time', () => {
    const flows = createFlows()
    const flow = flows.begin('ann')
    expect(flows.find('ann', flow.nonce)).toBe(flow)
    for (const nonce of [undefined, '', `${flow.nonce}x`, flow.state])
      expect(flows.find('ann', nonce)).toBeUndefined()
    expect(flows.find('ben', flow.nonce)).toBeUndefined()
    jest.advanceTimersByTime(FLOW_LIFETIME)
    expect(flows.find('ann', flow.nonce)).toBeUndefined()
  })

  it('makes room for the next one of its user, whose end it does not bring', () => {
    const flows = createFlows()
    const first = flows.begin('ann')
    const second = flows.begin('ann')
    expect(flows.find('ann', first.nonce)).toBeUndefined()
    flows.end(first)
    expect(flows.find('ann', second.nonce)).toBe(second)
    flows.end(second)
    expect(flows.find('ann', second.nonce)).toBeUndefined()
    expect(jest.getTimerCount()).toBe(0)
  })
})
