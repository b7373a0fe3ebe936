import { createClient } from 'rx-ctrader'
import type { Client, ClientOptions, Connect } from 'rx-ctrader'

/** A client with the credentials that a simulator takes. Its delays are known, since `random` is always 0.5. */
export const clientOver = (connect: Connect, options: Partial<ClientOptions> = {}): Client =>
  createClient({ clientId: 'demo', clientSecret: 'demo', random: () => 0.5, ...options, connect })
