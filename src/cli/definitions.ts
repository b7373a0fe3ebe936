import type { Definition } from './definition'
import { accountDefinitions } from './definitions/account'
import { marketDefinitions } from './definitions/market'
import { testingDefinitions } from './definitions/testing'

/** All commands, in the order of the help. What they do is loaded when one is used. */
export const definitions: readonly Definition[] = [
  ...accountDefinitions,
  ...marketDefinitions,
  ...testingDefinitions,
]
