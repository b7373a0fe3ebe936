import { PayloadType } from 'rx-ctrader'
import type { ProtoOAExecutionEvent, ProtoOAReconcileRes } from 'rx-ctrader/protocol'
import { APPLICATION, keyOf } from './gatewayFloor'
import type { ChainEntry, Records } from './gatewayFloor'
import type { RawClient, RawFrame } from './rawClient'
import type { AskedLine } from './steadyPeer'

const {
  PROTO_OA_ACCOUNT_AUTH_RES,
  PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
  PROTO_OA_ACCOUNT_LOGOUT_RES,
  PROTO_OA_DEPTH_EVENT,
  PROTO_OA_ERROR_RES,
  PROTO_OA_EXECUTION_EVENT,
  PROTO_OA_NEW_ORDER_REQ,
  PROTO_OA_ORDER_ERROR_EVENT,
  PROTO_OA_RECONCILE_REQ,
  PROTO_OA_SPOT_EVENT,
} = PayloadType

/** A frame, and when it came, in ms. */
interface Came {
  readonly at: number
  readonly frame: RawFrame
}

const parsed = new WeakMap<RawClient, Came[]>()

/** What has come to a client. Each frame is parsed once. */
const framesOf = (client: RawClient): readonly Came[] => {
  const known = parsed.get(client) ?? []
  parsed.set(client, known)
  for (const [at, text] of client.timed.slice(known.length))
    known.push({ at, frame: JSON.parse(text) as RawFrame })
  return known
}

const accountOf = ({ payload }: RawFrame): number => payload?.['ctidTraderAccountId'] as number

const OF_AN_ACCOUNT: ReadonlySet<number> = new Set([
  PROTO_OA_SPOT_EVENT,
  PROTO_OA_DEPTH_EVENT,
  PROTO_OA_EXECUTION_EVENT,
])

/** Follows which accounts are open on a line, frame by frame. */
const openAccounts = () => {
  const open = new Map<number, number>()
  return {
    open,
    see: ({ at, frame }: Came): void => {
      const { payloadType } = frame
      if (payloadType === PROTO_OA_ACCOUNT_AUTH_RES) open.set(accountOf(frame), at)
      if (payloadType === PROTO_OA_ACCOUNT_DISCONNECT_EVENT || payloadType === PROTO_OA_ACCOUNT_LOGOUT_RES)
        open.delete(accountOf(frame))
    },
  }
}

/** G3: what came of an account that was not open on the line, or that the user had no right to see. */
const strays = ({ rights }: AskedLine, frames: readonly Came[]): readonly Came[] => {
  const { open, see } = openAccounts()
  return frames.filter(came => {
    see(came)
    const { at, frame } = came
    if (!OF_AN_ACCOUNT.has(frame.payloadType)) return false
    const scope = rights
      .filter(right => right.at < at)
      .at(-1)
      ?.scopes.get(accountOf(frame))
    return !open.has(accountOf(frame)) || scope === 'none'
  })
}

const reportOf = ({ payload }: RawFrame): string => keyOf(payload as unknown as ProtoOAExecutionEvent)

/** The reports that came twice on a line. */
const repeated = (frames: readonly Came[]): readonly string[] => {
  const keys = frames
    .filter(({ frame }) => frame.payloadType === PROTO_OA_EXECUTION_EVENT)
    .map(({ frame }) => `${accountOf(frame)} ${reportOf(frame)}`)
  return keys.filter((key, index) => keys.indexOf(key) !== index)
}

/** How long an event may take on its way, in ms. */
const ON_ITS_WAY = 2_500

/** G10: what a line has missed of an account that is still open, with no 2164 since. */
const missed = (
  frames: readonly Came[],
  executions: Records['executions'],
  until: number,
): readonly object[] => {
  const { open, see } = openAccounts()
  const got = new Set<string>()
  for (const came of frames) {
    see(came)
    if (came.frame.payloadType === PROTO_OA_EXECUTION_EVENT)
      got.add(`${accountOf(came.frame)} ${reportOf(came.frame)}`)
  }
  return executions.filter(
    ({ accountId, at, key }) =>
      !got.has(`${accountId} ${key}`) &&
      at > (open.get(accountId) ?? Infinity) + ON_ITS_WAY &&
      at < until - ON_ITS_WAY,
  )
}

const refusalsIn = (answers: readonly Came[]): readonly unknown[] =>
  answers
    .filter(
      ({ frame: { payloadType } }) =>
        payloadType === PROTO_OA_ORDER_ERROR_EVENT || payloadType === PROTO_OA_ERROR_RES,
    )
    .map(({ frame }) => frame.payload?.['errorCode'])

export interface Played {
  readonly lines: readonly AskedLine[]
  readonly records: Records
  /** The ids of the orders in the books of the server, as the gateway named them. */
  readonly booked: ReadonlySet<string>
  /** When the peers have left, in ms. */
  readonly endedAt: number
}

/** What must hold of the orders, however it went. */
export const checkOrders = ({ records: { chain, sent }, booked, lines }: Played): void => {
  const intents = new Map<string, ChainEntry>()
  const outcomes = new Map<string, string>()
  const fenced = new Map<string, string>()
  const last = new Map<string, readonly ChainEntry[]>()
  for (const entry of chain) {
    // G13: no entry is below the last fence.
    if (entry.state === 'fence') fenced.set(entry.log, entry.by)
    expect([entry.log, entry.by]).toEqual([entry.log, fenced.get(entry.log)])
    last.set(entry.log, [...(last.get(entry.log) ?? []), entry])
    if (entry.id === undefined) continue
    if (entry.state === 'intended') intents.set(entry.id, entry)
    if (entry.state === 'settled') outcomes.set(entry.id, entry.outcome ?? '')
  }
  // G8: at most once, after its entry, by the one whose fence is the last.
  expect(sent.filter(({ id }, index) => sent.findIndex(other => other.id === id) !== index)).toEqual([])
  for (const { id, n, accountId } of sent) {
    const intent = intents.get(id)
    const before = (last.get(String(accountId)) ?? []).filter(entry => entry.n < n)
    const fence = before.filter(({ state }) => state === 'fence').at(-1)
    expect([id, (intent?.n ?? Infinity) < n, fence?.by]).toEqual([id, true, intent?.by])
  }
  // G8 and G9: an outcome for each, which the books agree with.
  const hasLeft = new Set(sent.map(({ id }) => id))
  for (const id of intents.keys()) {
    const outcome = outcomes.get(id)
    const isBooked = booked.has(id)
    expect([id, outcome !== undefined]).toEqual([id, true])
    if (outcome === 'notSent' || outcome === 'notFound')
      expect([id, outcome, isBooked]).toEqual([id, outcome, false])
    if (outcome === 'notSent') expect([id, outcome, isBooked]).toEqual([id, outcome, false])
    if (outcome === 'answered' || outcome === 'filled')
      expect([id, outcome, isBooked]).toEqual([id, outcome, true])
    if (!hasLeft.has(id)) expect([id, isBooked]).toEqual([id, false])
  }
  // G4: only orders of those who could trade.
  for (const { id, at } of sent) {
    const own = id.split('~').at(-1) ?? ''
    const line = lines.find(({ asked }) => asked.some(one => one.id === own))
    const asked = line?.asked.find(one => one.id === own)
    const scopes = line?.rights
      .filter((right, index, all) => right.at <= at && (all[index + 1]?.at ?? Infinity) >= (asked?.at ?? 0))
      .map(right => right.scopes.get(asked?.accountId ?? 0))
    expect([id, scopes?.includes('trade')]).toEqual([id, true])
  }
}

/** What must hold of what the peers got, however it went. */
export const checkPeers = ({ lines, records, booked, endedAt }: Played): void => {
  const { executions, tokens } = records
  const names = [...booked]
  for (const line of lines) {
    const { client, asked } = line
    const all = client.received.join('\n')
    // G2
    for (const secret of [APPLICATION.clientSecret, ...tokens]) expect(all.includes(secret)).toBe(false)
    const frames = framesOf(client)
    expect(strays(line, frames)).toEqual([])
    expect(repeated(frames)).toEqual([])
    const isWhole = client.closed === undefined && !line.hasLeft
    if (isWhole) expect(missed(frames, executions, endedAt)).toEqual([])
    const answers = new Map<string, Came[]>()
    for (const came of frames) {
      const { clientMsgId } = came.frame
      if (clientMsgId !== undefined) answers.set(clientMsgId, [...(answers.get(clientMsgId) ?? []), came])
    }
    for (const { id, payloadType, accountId, at, authAskedAt } of asked) {
      const own = answers.get(id) ?? []
      const codes = refusalsIn(own)
      if (payloadType === PROTO_OA_NEW_ORDER_REQ) {
        // What became of it is in the events of the account. If they were missed, the account was taken away.
        const isTold =
          own.length > 0 ||
          frames.some(
            ({ at: when, frame }) =>
              when >= at &&
              frame.payloadType === PROTO_OA_ACCOUNT_DISCONNECT_EVENT &&
              accountOf(frame) === accountId,
          )
        expect([id, isTold || !isWhole, codes.length < 2]).toEqual([id, true, true])
        const isRefused = codes.some(code => code !== 'TIMEOUT_ERROR')
        const isBooked = names.some(name => name.endsWith(`~${id}`))
        expect([id, isRefused && isBooked]).toEqual([id, false])
      } else {
        // G7
        expect([id, own.length]).toEqual([id, isWhole ? 1 : Math.min(own.length, 1)])
      }
      if (payloadType !== PROTO_OA_RECONCILE_REQ || codes.length > 0) continue
      for (const { frame } of own) {
        const { position = [] } = frame.payload as unknown as ProtoOAReconcileRes
        const before = executions.filter(
          event => event.accountId === accountId && event.key.startsWith('3 ') && event.at < authAskedAt,
        )
        expect([id, position.length >= before.length]).toEqual([id, true])
      }
    }
  }
}

/** What must hold of the leases, unless their store says what is not true. */
export const checkLeases = ({ records: { won, doublySure, sentTwice } }: Played): void => {
  // G13
  expect(doublySure).toEqual([])
  for (const key of new Set(won.map(one => one.key))) {
    const epochs = won.filter(one => one.key === key).map(({ epoch }) => epoch)
    expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b))
  }
  // G14
  expect(sentTwice).toEqual([])
}

/** What must hold of the tokens and the lines, however it went. */
export const checkLines = ({ records: { unsafe, blocked, mostLines } }: Played): void => {
  // G14
  expect(unsafe).toEqual([])
  // G12
  expect(blocked).toEqual([])
  // G5
  expect(mostLines).toBeLessThanOrEqual(2)
}

/** What a peer has of an account since it was opened last, if it is open. */
export const sinceOpened = (client: RawClient, accountId: number): readonly RawFrame[] | undefined => {
  let since: RawFrame[] | undefined
  for (const { frame } of framesOf(client)) {
    if (accountOf(frame) !== accountId) continue
    if (frame.payloadType === PROTO_OA_ACCOUNT_AUTH_RES) since = []
    if (
      frame.payloadType === PROTO_OA_ACCOUNT_DISCONNECT_EVENT ||
      frame.payloadType === PROTO_OA_ACCOUNT_LOGOUT_RES
    )
      since = undefined
    since?.push(frame)
  }
  return since
}
