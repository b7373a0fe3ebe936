import { test } from 'node:test'
import { scenarios } from './scenarios'

void test('passes', scenarios.passes)
void test('fails', scenarios.fails)
