const { runBehindGateway } = require('./suites.cjs')

runBehindGateway('streams')
