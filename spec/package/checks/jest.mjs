import { join } from 'node:path'
import { check, run, scriptOf } from '../run.mjs'

const makes = { 'jest.config.cjs': 'module.exports = { testMatch: ["**/*.spec.cjs"], transform: {} }' }

/** Loaded by specs of jest in CommonJS, where nothing is transformed. */
export const jest = async ({ consumer }) => {
  const cwd = await consumer('jest', { has: ['strategy.spec.cjs'], makes })
  const script = scriptOf(join(process.cwd(), 'node_modules', 'jest'), 'jest')
  // Reports go where warnings go; the results come as JSON.
  const results = await run(process.execPath, [script, '--json', '--ci'], { cwd, warnings: 'pass' })
  const { numPassedTests, numTotalTests } = JSON.parse(results)
  check('jest in CommonJS', `${numPassedTests} of ${numTotalTests}`, '2 of 2')
}
