import * as enums from '../../protocol/messages/enums'

const PREFIX = 'ProtoOA'

type Members = Readonly<Record<string, number>>

/** The enums by the names of their fields: `orderType` is a `ProtoOAOrderType`. */
const byField: ReadonlyMap<string, Members> = new Map(
  Object.entries(enums)
    .filter(([name, members]) => name.startsWith(PREFIX) && typeof members === 'object')
    .map(([name, members]): readonly [string, Members] => {
      const field = name.slice(PREFIX.length)
      return [field.charAt(0).toLowerCase() + field.slice(1), members]
    }),
)

/** The official name of a number in a field; `undefined` if the field is not that of an enum. */
export const enumName = (field: string, value: number): string | undefined =>
  Object.entries(byField.get(field) ?? {}).find(([, number]) => number === value)?.[0]
