import type { Definition } from './definition'
import { accountDefinitions } from './definitions/account'
import { fileDefinitions } from './definitions/files'
import { marketDefinitions } from './definitions/market'
import { testingDefinitions } from './definitions/testing'
import { tradingDefinitions } from './definitions/trading'

/** All commands, in the order of the help. What they do is loaded when one is used. */
export const definitions: readonly Definition[] = [
  ...accountDefinitions,
  ...marketDefinitions,
  ...tradingDefinitions,
  ...fileDefinitions,
  ...testingDefinitions,
]
