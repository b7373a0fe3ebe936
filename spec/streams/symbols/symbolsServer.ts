import { createClient, PayloadType } from 'rx-ctrader'
import type { Account, ProtoOALightSymbol, ProtoOASymbol } from 'rx-ctrader'
import { ACCOUNT } from '../../support/account'
import { obliging, scriptedServer } from '../../support/scriptedServer'
import type { Reply, ScriptedServer } from '../../support/scriptedServer'

const {
  HEARTBEAT_EVENT,
  PROTO_OA_ACCOUNT_AUTH_REQ,
  PROTO_OA_APPLICATION_AUTH_REQ,
  PROTO_OA_SYMBOLS_LIST_REQ,
  PROTO_OA_SYMBOLS_LIST_RES,
  PROTO_OA_SYMBOL_BY_ID_REQ,
  PROTO_OA_SYMBOL_BY_ID_RES,
  PROTO_OA_SYMBOL_CHANGED_EVENT,
} = PayloadType

/** What any session sends. */
const ALWAYS: readonly number[] = [HEARTBEAT_EVENT, PROTO_OA_APPLICATION_AUTH_REQ, PROTO_OA_ACCOUNT_AUTH_REQ]

/** A broker whose symbols change when a spec says so, which the simulator's never do. Answers at once. */
export interface SymbolsServer {
  readonly account: Account
  readonly server: ScriptedServer
  /** What was asked since the last look, apart from authentication and heartbeats: type and, if any, symbol ids. */
  readonly asked: () => [payloadType: number, ...symbolIds: number[]][]
  readonly lights: Map<number, ProtoOALightSymbol>
  readonly terms: Map<number, ProtoOASymbol>
  /** Says what has changed. */
  readonly tellChanged: (...symbolId: number[]) => void
  /** Answers in place of what follows, where it gives true. */
  instead: (frame: Parameters<Reply>[0], line: Parameters<Reply>[1]) => boolean
}

/** The server leaves out lists that are empty. */
const whereNotEmpty = (lists: Readonly<Record<string, readonly unknown[]>>): object =>
  Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0))

export const symbolsServer = (names: Readonly<Record<number, string>>): SymbolsServer => {
  const lights = new Map<number, ProtoOALightSymbol>()
  const terms = new Map<number, ProtoOASymbol>()
  for (const [key, symbolName] of Object.entries(names)) {
    const symbolId = Number(key)
    lights.set(symbolId, { symbolId, symbolName })
    terms.set(symbolId, { symbolId, digits: 5, pipPosition: 4 })
  }
  const heard: [number, ...number[]][] = []
  const server = scriptedServer((frame, line) => {
    const { payloadType, clientMsgId, payload = {} } = frame
    obliging(frame, line)
    const symbolId = payload['symbolId'] as number[] | undefined
    if (!ALWAYS.includes(payloadType)) heard.push([payloadType, ...(symbolId ?? [])])
    if (scene.instead(frame, line)) return
    const answer = (type: number, list: readonly object[]): void => {
      const payload = { ctidTraderAccountId: ACCOUNT, ...whereNotEmpty({ symbol: list }) }
      line.say({ payloadType: type, clientMsgId, payload })
    }
    if (payloadType === PROTO_OA_SYMBOLS_LIST_REQ) answer(PROTO_OA_SYMBOLS_LIST_RES, [...lights.values()])
    if (payloadType === PROTO_OA_SYMBOL_BY_ID_REQ) {
      const ids = new Set(symbolId)
      answer(
        PROTO_OA_SYMBOL_BY_ID_RES,
        [...terms.values()].filter(symbol => ids.has(symbol.symbolId)),
      )
    }
  })
  const scene: SymbolsServer = {
    server,
    account: createClient({
      connect: server.connect,
      clientId: 'demo',
      clientSecret: 'demo',
      random: () => 0.5,
      linger: 5_000,
    }).account({ accountId: ACCOUNT, accessToken: 't' }),
    asked: () => heard.splice(0),
    lights,
    terms,
    tellChanged: (...symbolId) => {
      const payload = { ctidTraderAccountId: ACCOUNT, ...whereNotEmpty({ symbolId }) }
      server.lines.at(-1)?.say({ payloadType: PROTO_OA_SYMBOL_CHANGED_EVENT, payload })
    },
    instead: () => false,
  }
  return scene
}
