import { PayloadType } from '../../protocol/payloadType'
import { symbolHandlers } from './symbols'
import { quoteHandlers } from './quotes'
import { historyHandlers } from './history'
import { sessionHandlers } from './session'
import { tradingHandlers } from './trading'
import { accountHandlers } from './account'
import { pnlHandlers } from './pnl'
import { statementHandlers } from './statements'
import type { Handlers } from './handler'

/** All handlers. */
export const handlers = {
  ...sessionHandlers,
  ...symbolHandlers,
  ...quoteHandlers,
  ...historyHandlers,
  ...tradingHandlers,
  ...accountHandlers,
  ...statementHandlers,
  ...pnlHandlers,
} satisfies Handlers

/** The requests that this server handles. */
export type HandledType = keyof typeof handlers

/** The requests that are allowed before the application is authenticated. */
export const beforeAppAuth: ReadonlySet<number> = new Set([
  PayloadType.PROTO_OA_APPLICATION_AUTH_REQ,
  PayloadType.PROTO_OA_VERSION_REQ,
  PayloadType.PROTO_OA_REFRESH_TOKEN_REQ,
])
