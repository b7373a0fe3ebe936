import { FLOW_LIFETIME, createFlows } from '../../../src/node/oauth/flows'
import type { Flow } from '../../../src/node/oauth/flows'

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
})

describe('a consent that is under way', () => {
  it('is found by its user and by what the cookie knows, and is dropped after its time', () => {
    const dropped: Flow[] = []
    const flows = createFlows(flow => {
      dropped.push(flow)
    })
    const flow = flows.begin('ann')
    expect(flows.find('ann', flow.nonce)).toBe(flow)
    for (const nonce of [undefined, '', `${flow.nonce}x`, flow.state])
      expect(flows.find('ann', nonce)).toBeUndefined()
    expect(flows.find('ben', flow.nonce)).toBeUndefined()
    jest.advanceTimersByTime(FLOW_LIFETIME)
    expect([flows.find('ann', flow.nonce), dropped]).toEqual([undefined, [flow]])
  })

  it('makes room for the next one of its user, whose end it does not bring', () => {
    const dropped: Flow[] = []
    const flows = createFlows(flow => {
      dropped.push(flow)
    })
    const first = flows.begin('ann')
    const second = flows.begin('ann')
    expect(dropped).toEqual([first])
    flows.end(first)
    expect(flows.find('ann', second.nonce)).toBe(second)
    flows.end(second)
    jest.advanceTimersByTime(FLOW_LIFETIME)
    expect(dropped).toEqual([first])
  })
})
