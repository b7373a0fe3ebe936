import { marbles } from 'rx-ctrader/testing'
import { scenarios } from './scenarios'

for (const [name, scenario] of Object.entries(scenarios))
  test(name, () => {
    marbles(scenario)
  })
