import type { Attributes } from '@opentelemetry/api'
import { asCTraderError } from '../../errors'
import { ProtoErrorCode, ProtoOAErrorCode } from '../../protocol/messages/enums'
import { payloadTypeName } from '../../protocol/payloadTypeName'

/** What a value is called that is not known: a server may make up any number of them, and each would be a series. */
const OTHER = '_OTHER'

const ERROR_CODES: ReadonlySet<string> = new Set(Object.keys({ ...ProtoErrorCode, ...ProtoOAErrorCode }))

/** The official name of a payload type. */
export const payloadTypeAttributes = (payloadType: number | undefined): Attributes => ({
  'ctrader.payload_type': payloadTypeName(payloadType) ?? OTHER,
})

export const errorCodeAttributes = (errorCode: string): Attributes => ({
  'ctrader.error_code': ERROR_CODES.has(errorCode) ? errorCode : OTHER,
})

/** The reason of an error and the code of a refusal, but not its text, which may name an account. */
export const errorAttributes = (error: unknown): Attributes => {
  const known = asCTraderError(error)
  return {
    'error.type': known.reason,
    ...(known.reason === 'Refused' && errorCodeAttributes(known.errorCode)),
  }
}

/** The attributes that name an account, if they are wanted. */
export type NameAccount = (accountId: number | undefined) => Attributes

/** How accounts are named: not at all, by their ids, or by a function. */
export type AccountIds = boolean | ((accountId: number) => string)

/** A function that throws names nothing, because a measurement must not end a stream. */
export const accountNamer = (accountIds: AccountIds): NameAccount => {
  const nameOf = typeof accountIds === 'function' ? accountIds : String
  return accountId => {
    if (accountIds === false || accountId === undefined) return {}
    try {
      return { 'ctrader.account.id': nameOf(accountId) }
    } catch {
      return {}
    }
  }
}
