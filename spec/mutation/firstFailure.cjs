// That a change is noticed is enough to know: the shortest example of it is not looked for.
require('fast-check').configureGlobal({ endOnFailure: true })
