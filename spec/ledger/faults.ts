/** The next frames of the server of some types are lost, break off, come twice, or come late, after so many ms more. */
interface FrameFault<K extends string> {
  readonly kind: K
  readonly types: readonly number[]
  readonly times: number
  readonly ms: number
}

/** What goes wrong between a client and the broker, as values. */
export type Fault =
  /** The line breaks now. What is on its way to the server arrives so many ms later all the same, or never. */
  | { readonly kind: 'cut'; readonly arrives: number | undefined }
  /** The line breaks as the next order command leaves, which arrives so many ms later, or never. */
  | { readonly kind: 'cutLeaving'; readonly arrives: number | undefined }
  /** The line breaks when the server has the next order command, before it can say anything. */
  | { readonly kind: 'cutArrived' }
  /** Nothing comes from the server any more on the lines there are; what is sent arrives, or does not. */
  | { readonly kind: 'half'; readonly arrives: boolean }
  /** The next connections fail. */
  | { readonly kind: 'noConnection'; readonly times: number }
  | FrameFault<'swallow'>
  | FrameFault<'malform'>
  | FrameFault<'double'>
  | FrameFault<'late'>
  /** One entity of the next frames of these types cannot be read, and maybe not even which it is. */
  | {
      readonly kind: 'garble'
      readonly types: readonly number[]
      readonly times: number
      readonly which: number
      readonly isNameless: boolean
    }
  /** The next frames of these types are larger than a frame may be, and may end the line by that. */
  | {
      readonly kind: 'swell'
      readonly types: readonly number[]
      readonly times: number
      readonly endsLine: boolean
    }
  /** The next requests of these types are refused, and are done all the same where the server has only given up on them. */
  | {
      readonly kind: 'refuse'
      readonly types: readonly number[]
      readonly times: number
      readonly carrier: 50 | 2132 | 2142
      readonly errorCode: string
      readonly description?: string | undefined
      readonly retryAfter?: number | undefined
      readonly isDone?: boolean
    }
  /** The next requests of these types are neither done nor answered. */
  | { readonly kind: 'ignore'; readonly types: readonly number[]; readonly times: number }
  /** The next order commands are executed so many ms after they have arrived. */
  | { readonly kind: 'slow'; readonly times: number; readonly ms: number }
  /** The next cancellations come too late, as the server has it. */
  | { readonly kind: 'rejectCancel'; readonly times: number }
  /** The session of the account ends. */
  | { readonly kind: 'endAccount' }
  /** The token of the account is said to be invalid, and is not. */
  | { readonly kind: 'invalidate' }
  /** Nothing is authenticated any more. */
  | { readonly kind: 'endClient' }

export type FaultOf<K extends Fault['kind']> = Extract<Fault, { readonly kind: K }>

/** Those that wait for their occasion. */
export interface Armed {
  readonly arm: (fault: Fault) => void
  /** The fault of a kind that strikes now, if there is one: for a payload type, if it is for some only. */
  readonly strike: <K extends Fault['kind']>(kind: K, payloadType?: number) => FaultOf<K> | undefined
  /** Nothing strikes any more. */
  readonly disarm: () => void
}

export const createArmed = (): Armed => {
  let waiting: { readonly fault: Fault; left: number }[] = []
  return {
    arm: fault => {
      waiting.push({ fault, left: 'times' in fault ? fault.times : 1 })
    },
    strike: <K extends Fault['kind']>(kind: K, payloadType?: number) => {
      const struck = waiting.find(
        ({ fault }) =>
          fault.kind === kind &&
          (!('types' in fault) || payloadType === undefined || fault.types.includes(payloadType)),
      )
      if (!struck) return undefined
      struck.left -= 1
      waiting = waiting.filter(({ left }) => left > 0)
      return struck.fault as FaultOf<K>
    },
    disarm: () => {
      waiting = []
    },
  }
}

/** The five requests that do something to orders and positions. */
export const COMMANDS: readonly number[] = [2106, 2108, 2109, 2110, 2111]

export const isCommand = (payloadType: number): boolean => COMMANDS.includes(payloadType)
