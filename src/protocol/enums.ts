import type { EnumOf } from './struct'

export const ProtoOAClientPermissionScope = {
  SCOPE_VIEW: 0,
  SCOPE_TRADE: 1,
} as const
export type ProtoOAClientPermissionScope = EnumOf<typeof ProtoOAClientPermissionScope>
