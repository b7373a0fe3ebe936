import { hasReason } from '../../errors'
import type { Refusal } from '../../simulator/model/refusals'
import { omitUndefined } from '../../util/omitUndefined'

/** The answer of the real account's server, or why there is none, as a refusal. */
export const toRefusal = (error: unknown): Refusal => {
  if (hasReason(error, 'Refused')) {
    const { errorCode, description = '', retryAfter, maintenanceEndTimestamp } = error
    return {
      errorCode,
      description,
      ...omitUndefined({
        retryAfter,
        // A 2142 has it in seconds.
        maintenanceEndTimestamp:
          maintenanceEndTimestamp === undefined ? undefined : Math.ceil(maintenanceEndTimestamp / 1000),
      }),
    }
  }
  return {
    errorCode: 'CANT_ROUTE_REQUEST',
    description: error instanceof Error ? error.message : 'The server of the real account did not answer',
  }
}
