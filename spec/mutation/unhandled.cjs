// RxJS reports an error that no consumer takes with a timer. While a spec runs, that fails the spec; after its end it
// must not end the process in which the others run.
process.on('uncaughtException', () => undefined)
