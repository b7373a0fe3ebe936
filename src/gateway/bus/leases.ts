import { defer, repeat, switchMap } from 'rxjs'
import { checkDuration } from '../../options'
import type { Bus } from './bus'
import { holdLease } from './leaseHolder'
import { createEpochs } from './leaseStore'
import type { LeaseContext } from './leaseStore'
import { winLease } from './leaseCampaign'

/**
 * Leases by compare-and-swap. An observer counts on its own monotonic clock from the last change that it has seen. So
 * no clocks are compared, and nothing depends on a store that forgets values in time.
 */
export const createLeases =
  (given: LeaseContext): Bus['lease'] =>
  (key, { ttl, delay = 0 }) => {
    checkDuration('ttl', ttl)
    checkDuration('delay', delay)
    const context = { ...given, epochs: createEpochs(), key, ttl, delay }
    return defer(() => winLease(context)).pipe(
      switchMap(won => holdLease(context, won)),
      repeat(),
    )
  }
