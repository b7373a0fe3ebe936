import { marbles } from 'rx-ctrader/testing'
import { scenarios } from '../../../docs/examples/test-a-strategy/scenarios'

describe('the strategy of the guide', () => {
  it.each(Object.entries(scenarios))('%s', (_, scenario) => {
    marbles(scenario)
  })
})
