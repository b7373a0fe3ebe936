import { of } from 'rxjs'
import { createEdge, createOwners } from 'rx-ctrader/gateway'
import type { Bus, EdgeOptions, Gateway, Owners, OwnersOptions } from 'rx-ctrader/gateway'
import type { Connect } from 'rx-ctrader'
import { lasting, ownAccount } from './gatewayScene'

/** The owners of a process, with one line to a simulator. */
export const ownersOver = (bus: Bus, connect: Connect, options: Partial<OwnersOptions> = {}): Owners =>
  createOwners({
    bus,
    application: { clientId: 'demo', clientSecret: 'demo' },
    grants: {
      load: () => of({ tokens: { accessToken: 'demo' }, version: '1' }),
      save: () => of('2'),
    },
    lines: [{ name: 'demo', environment: 'demo', connect }],
    ...options,
  })

/** An edge at which each token is the name of a user, and each user may trade. */
export const edgeOver = (bus: Bus, options: Partial<EdgeOptions> = {}): Gateway =>
  createEdge({
    bus,
    origins: ['https://app.example.com'],
    authenticate: ({ token = '' }) => of({ userId: token }),
    entitle: () => lasting(ownAccount),
    ...options,
  })
