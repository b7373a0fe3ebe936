import fc from 'fast-check'

/**
 * The random schedules of the test command are the same each time, so that a change is told from chance. By hand, where
 * their number is given, they are others each time, and a failure names the seed.
 */
const isByHand = Object.keys(process.env).some(name => name.endsWith('_RUNS'))
if (!isByHand) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_261_129 })
