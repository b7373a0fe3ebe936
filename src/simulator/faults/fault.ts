import type { TypeOf } from 'io-ts'
import { bool, int32, int64, optional, string, struct, uint32 } from '../../protocol/codec/struct'

/** Which lines a fault is for: that one, those on which the account is authenticated, or all. */
const Lines = struct('lines', {
  line: optional(uint32), // the number of the line, counted from 0 in the order in which they were opened
  accountId: optional(int64),
})
export type Lines = TypeOf<typeof Lines>

const on = optional(Lines)
/** How often; default once. */
const times = optional(uint32)

/** Everything that can be made to go wrong, as it is written in JSON: `kind` and these fields. */
export const kinds = {
  // To lines that are open.
  /** The line breaks without a word. */
  drop: struct('drop', { on }),
  /** The line is closed with a handshake, by default as the live server does: 1000 "Bye". */
  close: struct('close', { on, code: optional(uint32), reason: optional(string) }),
  /** The line stays open, and nothing is heard or said on it any more. */
  silence: struct('silence', { on }),
  /** The server beats and quotes on, and takes nothing up that comes from the client, until `recover`. */
  deaf: struct('deaf', { on }),
  /** Any text is sent. */
  push: struct('push', { on, text: string }),
  /** A message is sent whose payload type nobody knows; default 9999. */
  unknownMessage: struct('unknownMessage', { on, payloadType: optional(uint32) }),
  /** What the server sends is so many ms longer on its way from now on; 0 ends it. The order stays. */
  delay: struct('delay', { on, ms: uint32 }),
  /** A payload type is blocked for so many seconds of the scheduler's time. */
  rateLimit: struct('rateLimit', { on, payloadType: uint32, retryAfter: uint32 }),

  // To sessions on them.
  /** 2164: an account's session ends. If `spurious`, the event comes and the account works on. */
  accountDisconnect: struct('accountDisconnect', { on, accountId: int64, spurious: optional(bool) }),
  /** 2147: the token of an account is worth nothing on the line. `spurious` as above. The token stays good. */
  tokenInvalidated: struct('tokenInvalidated', {
    on,
    accountId: int64,
    reason: optional(string),
    spurious: optional(bool),
  }),
  /** 2148: nothing is authenticated any more; whether the line is closed then is one of the unknowns. */
  clientDisconnect: struct('clientDisconnect', { on, reason: optional(string) }),
  /** The access tokens that are for an account, or all, expire. Accounts that are authenticated stay so. */
  tokenExpiry: struct('tokenExpiry', { accountId: optional(int64) }),

  // To the next requests, of one payload type or any.
  /** They are refused: by a 2142, unless `carrier` is 50 or 2132. */
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
  /** They are not answered, whether or not they take effect. */
  swallow: struct('swallow', { on, payloadType: optional(uint32), takesEffect: bool, times }),
  /** They are taken up so many ms of the scheduler's time later: order commands also if their line is lost by then. */
  slow: struct('slow', { on, payloadType: optional(uint32), ms: uint32, times }),
  /** All requests of an account, or of any, are refused with CANT_ROUTE_REQUEST until `recover`. */
  misroute: struct('misroute', { on, accountId: optional(int64) }),
  /** All requests are refused for so many seconds of the scheduler's time, by a 2142 or, as `carrier`, a 50. */
  maintenance: struct('maintenance', {
    on,
    seconds: uint32,
    drops: optional(bool), // whether the lines are dropped first
    carrier: optional(uint32),
    withoutId: optional(bool), // as above
  }),

  // To the next frames of the server, of one payload type or any.
  /** They break off in the middle. */
  malformed: struct('malformed', { on, payloadType: optional(uint32), times }),
  /** A field of theirs has a value of another type: that one, as `position.price`, or the last that they have. */
  unreadable: struct('unreadable', {
    on,
    payloadType: optional(uint32),
    field: optional(string),
    times,
  }),
  /** The same of one entity in their list. Those without a list, or with a shorter one, don't count. */
  unreadableEntity: struct('unreadableEntity', {
    on,
    payloadType: optional(uint32),
    index: optional(uint32), // of the entity, counted from 0; default 0
    field: optional(string), // of the entity
    times,
  }),
  /** They are longer than the 15 MiB that a frame may have; only those whose list has more entities than `above`. */
  oversized: struct('oversized', {
    on,
    payloadType: optional(uint32),
    above: optional(uint32),
    times,
  }),
  /** A text that is no JSON comes before each of them. */
  garbage: struct('garbage', { on, payloadType: optional(uint32), text: optional(string), times }),
  /** They come twice. */
  duplicate: struct('duplicate', { on, payloadType: optional(uint32), times }),
  /** Each comes behind the frame after it. */
  reorder: struct('reorder', { on, payloadType: optional(uint32), times }),
  /** They have a field nobody knows. */
  extraField: struct('extraField', {
    on,
    payloadType: optional(uint32),
    field: optional(string),
    times,
  }),
  /** An enum field of theirs, that one or the first, has a value nobody knows: 4711. Those without one don't count. */
  unknownEnumValue: struct('unknownEnumValue', {
    on,
    payloadType: optional(uint32),
    field: optional(string),
    times,
  }),

  // To the market, and to all of this.
  /** From now on the prices of a symbol are so many 1/100000 higher: news, a crash. */
  gap: struct('gap', { symbolId: int64, by: int32 }),
  /** The prices of a symbol, or one side of them, are told to nobody until `recover`: 'bid' or 'ask'. */
  mute: struct('mute', { symbolId: int64, side: optional(string) }),
  /** A symbol is archived until `recover`: the list has it no more, while positions in it, and its terms by id, stay. */
  unlist: struct('unlist', { symbolId: int64 }),
  /** What is read of accounts is so many ms of the market's time old, until 0 or `recover`. Of that request, or all. */
  lag: struct('lag', { payloadType: optional(uint32), ms: uint32 }),
  /** What is armed, delayed, misrouted, under maintenance, deaf, mute, unlisted or lagging is no more. */
  recover: struct('recover', {}),
}

/** The kinds of faults. */
export type FaultKind = keyof typeof kinds

/** Something that goes wrong, as a value. Every kind of it and its fields: see `kinds`. */
export type FaultOf<K extends FaultKind> = {
  readonly [L in K]: { readonly kind: L } & TypeOf<(typeof kinds)[L]>
}[K]
/** Something that goes wrong, as a value, for `broker.fault`: its kind, and the fields of that kind. */
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
