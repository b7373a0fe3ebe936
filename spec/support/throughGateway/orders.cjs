const { runBehindGateway } = require('./suites.cjs')

runBehindGateway('orders')
