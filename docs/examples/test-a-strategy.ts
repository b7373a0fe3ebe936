/** The tests of a strategy, in no test runner at all: they throw if something does not come as expected. */
import { marbles } from 'rx-ctrader/testing'
import { scenarios } from './test-a-strategy/scenarios'

for (const [name, scenario] of Object.entries(scenarios)) {
  marbles(scenario)
  console.log(name)
}
