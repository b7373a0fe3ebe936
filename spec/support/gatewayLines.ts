import { asyncScheduler } from 'rxjs'
import { PayloadType } from '../../src/protocol/payloadType'
import { createArmedFaults } from '../../src/simulator/faults/armed'
import type { LineFilter } from '../../src/simulator/faults/armed'
import { createDelivery } from '../../src/simulator/faults/delivery'
import type { Fault } from '../../src/simulator/faults/fault'
import { applyFrameFaults } from '../../src/simulator/faults/frames'
import { inflict } from '../../src/simulator/faults/inflict'
import type { HasStruck, Stage } from '../../src/simulator/faults/inflict'
import type { Line } from '../../src/simulator/faults/line'
import { applyRequestFaults } from '../../src/simulator/faults/requests'
import type { LineReport } from '../../src/simulator/index'
import type { Peer, ServerConnection } from '../../src/transport/peer'
import type { SentFrame } from './wiretap'

interface TrackedLine extends Line {
  readonly report: () => LineReport
  /** Its session is over: what comes from now on is not for its subscriptions. */
  readonly forget: (accountId: number) => void
}

/** What is on a line, by its frames: the application, the accounts, and what they have subscribed. */
const createTracker = () => {
  const open = new Map<string, SentFrame>()
  const accounts = new Map<number, { readonly spots: Set<number>; readonly depth: Set<number> }>()
  let clientId: string | undefined

  const change = (request: SentFrame | undefined, list: 'spots' | 'depth', isAdded: boolean): void => {
    const { ctidTraderAccountId, symbolId } = Object(request?.payload) as {
      readonly ctidTraderAccountId: number
      readonly symbolId: readonly number[]
    }
    const symbols = accounts.get(ctidTraderAccountId)?.[list]
    for (const id of symbolId)
      if (isAdded) symbols?.add(id)
      else symbols?.delete(id)
  }
  return {
    sent: (frame: SentFrame): void => {
      if (frame.clientMsgId !== undefined) open.set(frame.clientMsgId, frame)
    },
    received: ({ payloadType, clientMsgId = '', payload }: SentFrame): void => {
      const request = open.get(clientMsgId)
      open.delete(clientMsgId)
      const accountId = payload?.['ctidTraderAccountId'] as number
      switch (payloadType) {
        case PayloadType.PROTO_OA_APPLICATION_AUTH_RES:
          clientId = request?.payload?.['clientId'] as string
          return
        case PayloadType.PROTO_OA_ACCOUNT_AUTH_RES:
          accounts.set(accountId, { spots: new Set(), depth: new Set() })
          return
        case PayloadType.PROTO_OA_ACCOUNT_LOGOUT_RES:
        case PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT:
          accounts.delete(accountId)
          return
        case PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_RES:
          change(request, 'spots', true)
          return
        case PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_RES:
          change(request, 'spots', false)
          return
        case PayloadType.PROTO_OA_SUBSCRIBE_DEPTH_QUOTES_RES:
          change(request, 'depth', true)
          return
        case PayloadType.PROTO_OA_UNSUBSCRIBE_DEPTH_QUOTES_RES:
          change(request, 'depth', false)
      }
    },
    clientId: () => clientId,
    accounts,
  }
}

/**
 * The lines between clients and a gateway, with the faults that a simulator has for its own lines. `accept` is that of
 * the gateway.
 */
export const gatewayLines = (accept: (peer: Peer) => ServerConnection) => {
  const lines = new Set<TrackedLine>()
  const armedFaults = createArmedFaults()
  const stage: Pick<Stage, 'lines' | 'armedFaults'> = { lines: () => [...lines], armedFaults }
  let opened = 0

  return {
    accept: (peer: Peer): ServerConnection => {
      const number = opened++
      const tracker = createTracker()
      const delivery = createDelivery()
      const tamper = applyFrameFaults(armedFaults, () => line)
      const withheld = new Set<string>()
      const blocked = new Map<number, number>()
      let silent = false
      let deaf = false

      const say = (text: string): void => {
        if (silent) return
        for (const frame of tamper(text))
          delivery.pass(() => {
            if (!silent) peer.send(frame)
          })
      }
      const connection = accept({
        ...peer,
        send: text => {
          const frame = JSON.parse(text) as SentFrame
          tracker.received(frame)
          if (frame.clientMsgId === undefined || !withheld.delete(frame.clientMsgId)) say(text)
        },
        close: (code, reason) => {
          if (silent) return
          lines.delete(line)
          delivery.pass(() => {
            peer.close(code, reason)
          })
        },
      })
      const end = (how: () => void): void => {
        lines.delete(line)
        connection.closed()
        how()
      }
      const state: Line['state'] = () => {
        const clientId = tracker.clientId()
        return {
          line: number,
          ...(clientId !== undefined && { clientId }),
          accountIds: [...tracker.accounts.keys()],
          silent,
          deaf,
          delay: delivery.delay(),
        }
      }
      const line: TrackedLine = {
        state,
        forget: accountId => {
          tracker.accounts.delete(accountId)
        },
        report: () => ({
          ...state(),
          subscriptions: [...tracker.accounts].map(([accountId, { spots, depth }]) => ({
            accountId,
            spots: [...spots].sort((a, b) => a - b),
            depth: [...depth].sort((a, b) => a - b),
          })),
        }),
        connection: {
          ...connection,
          session: { appAuthenticated: false, accounts: new Map(), push: () => undefined },
          say,
          block: (payloadType, seconds) => {
            blocked.set(payloadType, asyncScheduler.now() + seconds * 1_000)
          },
          hangUp: () => undefined,
        },
        silence: () => {
          silent = true
        },
        deafen: isDeaf => {
          deaf = isDeaf
        },
        delayBy: delivery.delayBy,
        drop: () => {
          end(() => {
            delivery.stop()
            peer.cut()
          })
        },
        close: (code, reason) => {
          end(() => {
            delivery.pass(() => {
              peer.close(code, reason)
            })
          })
        },
      }
      const pass = (text: string, frame: SentFrame): void => {
        tracker.sent(frame)
        connection.receive(text)
      }
      const receive = (text: string): void => {
        const frame = JSON.parse(text) as SentFrame
        const { payloadType, clientMsgId, payload } = frame
        const intervention = applyRequestFaults(armedFaults, line, payloadType, payload)
        if (!intervention) pass(text, frame)
        else if (intervention.kind === 'slow')
          asyncScheduler.schedule(() => {
            pass(text, frame)
          }, intervention.ms)
        else if (intervention.kind === 'refuse')
          say(
            JSON.stringify({
              payloadType: intervention.carrier,
              ...(!intervention.withoutId && { clientMsgId }),
              payload: intervention.refusal,
            }),
          )
        else if (intervention.takesEffect) {
          if (clientMsgId !== undefined) withheld.add(clientMsgId)
          pass(text, frame)
        }
      }
      lines.add(line)
      return {
        receive: text => {
          if (silent) return
          if (deaf) connection.pinged()
          else receive(text)
        },
        pinged: connection.pinged,
        closed: () => {
          lines.delete(line)
          delivery.stop()
          connection.closed()
        },
        drained: connection.drained,
      }
    },
    inflict: (fault: Fault, filter?: LineFilter): HasStruck => inflict(stage as Stage, fault, filter),
    recover: (): void => {
      armedFaults.clear()
      for (const line of lines) {
        line.delayBy(0)
        line.deafen(false)
      }
    },
    forget: (accountId: number): void => {
      for (const line of lines) line.forget(accountId)
    },
    armedFaults: () => armedFaults.all().map(({ fault, left }) => ({ fault, left })),
    reports: (): readonly LineReport[] => [...lines].map(({ report }) => report()),
  }
}
