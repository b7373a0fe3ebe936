import { map, take } from 'rxjs'
import type { Observable } from 'rxjs'
import type { OwnersHealth } from '../../gateway'
import { omitUndefined } from '../../util/omitUndefined'

/** An answer in JSON. */
export interface JsonAnswer {
  readonly status: number
  readonly body: object
}

/**
 * The answer to `/health`: 503 if a line has failed for good, or the bus is down. A lost line is opened again, so that
 * it does not count. An audit or a journal that cannot be written does not count either: a process to which nothing is
 * sent any more would not find out that it works again. Nothing in the answer is about a user or an account.
 */
export const healthAnswer = ({
  health$,
}: {
  readonly health$: Observable<OwnersHealth & { readonly peers?: number }>
}): Observable<JsonAnswer> =>
  health$.pipe(
    take(1),
    map(({ bus, failedWrites, lines, peers }) => {
      const isFailing = bus === 'down' || lines.some(({ health }) => health.status === 'failed')
      const shown = lines.map(({ name, environment, health }) => ({
        name,
        environment,
        status: health.status,
      }))
      return {
        status: isFailing ? 503 : 200,
        body: {
          status: isFailing ? 'failing' : 'ok',
          bus,
          failedWrites,
          ...omitUndefined({ peers }),
          lines: shown,
        },
      }
    }),
  )
