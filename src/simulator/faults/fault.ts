import type { TypeOf } from 'io-ts'
import { bool, int32, int64, optional, string, struct, uint32 } from '../../protocol/codec/struct'

/** Which lines a fault is for: one line, the lines on which an account is authenticated, or all. */
const Lines = struct('lines', {
  line: optional(uint32), // the number of the line, counted from 0 in the order in which they were opened
  accountId: optional(int64),
})
export type Lines = TypeOf<typeof Lines>

const on = optional(Lines)
/** How often; default once. */
const times = optional(uint32)

/** The kinds of faults and their fields, as they are written in JSON. */
export const kinds = {
  // To open lines.
  /** Breaks the line without a message. */
  drop: struct('drop', { on }),
  /** Closes the line with a handshake. Default as on the live server: 1000 "Bye". */
  close: struct('close', { on, code: optional(uint32), reason: optional(string) }),
  /** The line stays open, but nothing is sent or received on it any more. */
  silence: struct('silence', { on }),
  /** The server sends heartbeats and quotes, but ignores everything from the client until `recover`. */
  deaf: struct('deaf', { on }),
  /** Sends any text. */
  push: struct('push', { on, text: string }),
  /** Sends a message with an unknown payload type; default 9999. */
  unknownMessage: struct('unknownMessage', { on, payloadType: optional(uint32) }),
  /** Delays what the server sends by this many ms from now on; 0 ends it. The order stays. */
  delay: struct('delay', { on, ms: uint32 }),
  /** Blocks a payload type for this many seconds of the scheduler's time. */
  rateLimit: struct('rateLimit', { on, payloadType: uint32, retryAfter: uint32 }),

  // To sessions on them.
  /** 2164: ends an account's session. If `spurious`, the event comes but the session continues. */
  accountDisconnect: struct('accountDisconnect', { on, accountId: int64, spurious: optional(bool) }),
  /** 2147: ends the session of an account's token on the line. `spurious` as above. The token stays valid. */
  tokenInvalidated: struct('tokenInvalidated', {
    on,
    accountId: int64,
    reason: optional(string),
    spurious: optional(bool),
  }),
  /** 2148: ends all authentications on the line. An option of `unknowns` says if the line is closed then. */
  clientDisconnect: struct('clientDisconnect', { on, reason: optional(string) }),
  /** The access tokens of an account, or all access tokens, expire. Authenticated accounts stay authenticated. */
  tokenExpiry: struct('tokenExpiry', { accountId: optional(int64) }),

  // To the next requests, of one payload type or any.
  /** Refuses them by a 2142, unless `carrier` is 50 or 2132. */
  refuse: struct('refuse', {
    on,
    payloadType: optional(uint32),
    errorCode: string,
    description: optional(string),
    retryAfter: optional(uint32), // seconds
    carrier: optional(uint32),
    withoutId: optional(bool), // whether the refusal leaves out the `clientMsgId`
    times,
  }),
  /** Does not answer them. `takesEffect` says if they are executed. */
  swallow: struct('swallow', { on, payloadType: optional(uint32), takesEffect: bool, times }),
  /**
   * Handles them this many ms of the scheduler's time later. Order commands are handled even if their line is lost
   * by then.
   */
  slow: struct('slow', { on, payloadType: optional(uint32), ms: uint32, times }),
  /** Refuses all requests of an account, or of all accounts, with CANT_ROUTE_REQUEST until `recover`. */
  misroute: struct('misroute', { on, accountId: optional(int64) }),
  /** Refuses all requests for this many seconds of the scheduler's time, by a 2142, or a 50 if `carrier` says so. */
  maintenance: struct('maintenance', {
    on,
    seconds: uint32,
    drops: optional(bool), // whether the lines are dropped first
    carrier: optional(uint32),
    withoutId: optional(bool), // as above
  }),

  // To the next frames of the server, of one payload type or any.
  /** Cuts them off in the middle. */
  malformed: struct('malformed', { on, payloadType: optional(uint32), times }),
  /** Gives a field of them the wrong type: the named one, such as `position.price`, or the last one. */
  unreadable: struct('unreadable', {
    on,
    payloadType: optional(uint32),
    field: optional(string),
    times,
  }),
  /** The same for one entity in their list. Frames without a list, or with a shorter one, do not count. */
  unreadableEntity: struct('unreadableEntity', {
    on,
    payloadType: optional(uint32),
    index: optional(uint32), // of the entity, counted from 0; default 0
    field: optional(string), // of the entity
    times,
  }),
  /**
   * Makes them longer than the 15 MiB that a frame may have. Only frames whose list has more entities than `above`.
   */
  oversized: struct('oversized', {
    on,
    payloadType: optional(uint32),
    above: optional(uint32),
    times,
  }),
  /** Sends a text that is not JSON before each of them. */
  garbage: struct('garbage', { on, payloadType: optional(uint32), text: optional(string), times }),
  /** Sends them twice. */
  duplicate: struct('duplicate', { on, payloadType: optional(uint32), times }),
  /** Sends each after the next frame. */
  reorder: struct('reorder', { on, payloadType: optional(uint32), times }),
  /** Adds an unknown field to them. */
  extraField: struct('extraField', {
    on,
    payloadType: optional(uint32),
    field: optional(string),
    times,
  }),
  /**
   * Sets an enum field of them, the named one or the first, to an unknown value: 4711. Frames without one do not
   * count.
   */
  unknownEnumValue: struct('unknownEnumValue', {
    on,
    payloadType: optional(uint32),
    field: optional(string),
    times,
  }),

  // To the market, and to all faults.
  /** Raises the prices of a symbol by this many 1/100000 from now on, as by news or a crash. */
  gap: struct('gap', { symbolId: int64, by: int32 }),
  /** Does not send the prices of a symbol, or one side of them ('bid' or 'ask'), until `recover`. */
  mute: struct('mute', { symbolId: int64, side: optional(string) }),
  /**
   * Archives a symbol until `recover`. It is missing in the list, but its positions stay, and its terms can be had
   * by id.
   */
  unlist: struct('unlist', { symbolId: int64 }),
  /**
   * Answers what is read of accounts from this many ms of the market's time ago, until 0 or `recover`. For one
   * request type, or all.
   */
  lag: struct('lag', { payloadType: optional(uint32), ms: uint32 }),
  /** Ends everything that is armed, delayed, misrouted, under maintenance, deaf, mute, unlisted or lagging. */
  recover: struct('recover', {}),
}

/** The kinds of faults. */
export type FaultKind = keyof typeof kinds

/** A fault of one kind as a value. For the kinds and their fields see `kinds`. */
export type FaultOf<K extends FaultKind> = {
  readonly [L in K]: { readonly kind: L } & TypeOf<(typeof kinds)[L]>
}[K]
/** A fault as a value, for `broker.fault`: its kind, and the fields of that kind. */
export type Fault = FaultOf<FaultKind>

export type RequestFault = FaultOf<'refuse' | 'swallow' | 'slow' | 'misroute' | 'maintenance'>
export type FrameFault = FaultOf<
  | 'malformed'
  | 'unreadable'
  | 'unreadableEntity'
  | 'oversized'
  | 'garbage'
  | 'duplicate'
  | 'reorder'
  | 'extraField'
  | 'unknownEnumValue'
>
