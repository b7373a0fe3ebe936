import { define } from './definition'
import type { CommonOptions, Definition } from './definition'
import { accountDefinitions } from './definitions/account'
import { fileDefinitions } from './definitions/files'
import { marketDefinitions } from './definitions/market'
import { serverDefinitions } from './definitions/server'
import { testingDefinitions } from './definitions/testing'
import { tradingDefinitions } from './definitions/trading'

/** All commands, in the order of the help. What they do is loaded when one is used. */
export const definitions: readonly Definition[] = [
  ...accountDefinitions,
  ...marketDefinitions,
  ...tradingDefinitions,
  ...fileDefinitions,
  ...testingDefinitions,
  ...serverDefinitions,
  define<CommonOptions>({
    name: 'completion',
    args: '<shell>',
    summary: 'write the completion for bash, zsh or fish',
    examples: [
      ['completion bash >> ~/.bashrc', 'for bash'],
      ['completion fish > ~/.config/fish/completions/rx-ctrader.fish', 'for fish'],
    ],
    load: async () => (await import('./completion')).completion(definitions),
  }),
]
