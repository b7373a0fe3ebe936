import { test } from 'node:test'
import { marbles } from 'rx-ctrader/testing'
import { scenarios } from './scenarios'

for (const [name, scenario] of Object.entries(scenarios))
  void test(name, () => {
    marbles(scenario)
  })
