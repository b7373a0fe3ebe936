import { localBus } from 'rx-ctrader/gateway'
import { busContract } from '../../support/busContract'
import { inVirtualTime } from '../../support/virtualTime'

/** The same as in `spec/nats/contract.spec.ts`. */
describe('the bus of one process', () => {
  it.each(busContract)('$title', ({ play, expected }) => {
    inVirtualTime(({ at, watch }) => {
      const bus = localBus()
      const seen = watch(play(() => bus))
      at(60_000, () => {
        expect(seen).toMatchObject({ error: undefined, values: expected })
      })
    })
  })
})
