import { CTraderError } from '../../errors'
import type { OrderRule } from '../../errorFields'
import { omitUndefined } from '../../util/omitUndefined'

/** What is wrong with a field of an order. In the message, `detail` follows the field and its value. */
export interface Objection {
  readonly rule: OrderRule
  readonly field: string
  readonly value: number | string
  readonly detail: string
  readonly nearest?: number | string | undefined
}

/** The error of a broken rule. */
export const invalidOrder = ({ nearest, ...violation }: Objection): CTraderError =>
  new CTraderError({ reason: 'InvalidOrder', ...violation, ...omitUndefined({ nearest }) })
