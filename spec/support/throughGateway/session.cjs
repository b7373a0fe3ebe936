const { runBehindGateway } = require('./suites.cjs')

runBehindGateway('session')
