import { EMPTY, concat, defer, throwError } from 'rxjs'
import { invalidOption } from '../../errors'
import type { Connect } from '../../transport/socket'
import { withinBounds } from './bounds'
import type { Bounds } from './bounds'

/** A final error, so that nothing is retried and nothing waits. */
const ended = () => invalidOption('connect', 'has ended with its injector')

/** A line within bounds. */
export const boundLine =
  (connect: Connect, bounds: Bounds): Connect =>
  () =>
    concat(
      withinBounds(defer(connect), bounds),
      defer(() => (bounds.isOver() ? throwError(ended) : EMPTY)),
    )
