import { scenarios } from './scenarios'

test('passes', scenarios.passes)
test('fails', scenarios.fails)
