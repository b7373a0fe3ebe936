const { default: TestRunner } = require('jest-runner')

/** Runs half as many suites at a time: the processes that they start take the other processors. Its suites have a turn of their own. */
module.exports = class extends TestRunner {
  constructor(globalConfig, context) {
    super({ ...globalConfig, maxWorkers: Math.ceil(globalConfig.maxWorkers / 2) }, context)
  }
}
