import type {
  ProtoOAAmendOrderReq,
  ProtoOAAmendPositionSLTPReq,
  ProtoOACancelOrderReq,
  ProtoOAClosePositionReq,
  ProtoOANewOrderReq,
} from 'rx-ctrader'
import { asyncScheduler } from 'rxjs'
import type { Armed } from './faults'
import { amend, amendProtections, cancel, close } from './trading/changing'
import type { Desk, Refusal } from './trading/desk'
import { place } from './trading/placing'

/** An order command that came, and whether it was done: not yet where it is `undefined`. */
export interface Command {
  readonly payloadType: number
  readonly clientMsgId: string
  readonly payload: {
    readonly clientOrderId?: string
    readonly orderId?: number
    readonly positionId?: number
  }
  isDone: boolean | undefined
  /** When, by the server's clock. */
  doneAt?: number
  /** Where it is refused because all is so already. */
  isNeedless?: boolean
}

export interface Commands {
  readonly came: readonly Command[]
  /** It is refused before anything is done. */
  readonly turnAway: (payloadType: number, payload: unknown, clientMsgId: string) => void
  /** Does it when its time has come, and calls back with what it is refused with. */
  readonly receive: (
    payloadType: number,
    payload: unknown,
    clientMsgId: string,
    refuse: (refusal: Refusal) => void,
  ) => void
  readonly execute: (payloadType: number, payload: unknown, clientMsgId: string) => Refusal | undefined
}

const NEEDLESS = 'Nothing to amend.'
/** Between its arrival and its execution, in ms. */
const PACE = 5

export const commandsOf = (desk: Desk, armed: Armed): Commands => {
  const came: Command[] = []

  const execute: Commands['execute'] = (payloadType, payload, clientMsgId) => {
    switch (payloadType) {
      case 2106:
        return place(desk, payload as ProtoOANewOrderReq, clientMsgId)
      case 2108:
        return cancel(
          desk,
          (payload as ProtoOACancelOrderReq).orderId,
          clientMsgId,
          armed.strike('rejectCancel') !== undefined,
        )
      case 2109:
        return amend(desk, payload as ProtoOAAmendOrderReq, clientMsgId)
      case 2110:
        return amendProtections(desk, payload as ProtoOAAmendPositionSLTPReq, clientMsgId)
      case 2111:
        return close(desk, payload as ProtoOAClosePositionReq, clientMsgId)
      default:
        throw new Error(`${payloadType} is no order command`)
    }
  }

  const note = (payloadType: number, payload: unknown, clientMsgId: string, isDone?: boolean): Command => {
    const command: Command = { payloadType, clientMsgId, payload: Object(payload) as object, isDone }
    came.push(command)
    return command
  }

  return {
    came,
    execute,
    turnAway: (payloadType, payload, clientMsgId) => {
      note(payloadType, payload, clientMsgId, false)
    },
    receive: (payloadType, payload, clientMsgId, refuse) => {
      const command = note(payloadType, payload, clientMsgId)
      asyncScheduler.schedule(
        () => {
          const refusal = execute(payloadType, payload, clientMsgId)
          command.isDone = refusal === undefined
          command.doneAt = desk.stamp()
          command.isNeedless = refusal?.description === NEEDLESS
          if (refusal) refuse(refusal)
        },
        PACE + desk.ways.executesAfter + (armed.strike('slow')?.ms ?? 0),
      )
    },
  }
}
