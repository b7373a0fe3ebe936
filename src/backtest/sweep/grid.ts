import { invalidOption } from '../../errors'

/** The values of each parameter. */
export type ParamValues<P> = { readonly [K in keyof P]: readonly P[K][] }

/** Throws `InvalidOption` with the name of the parameter. */
export const checkParams = (params: unknown): void => {
  if (typeof params !== 'object' || params === null || Object.keys(params).length === 0)
    throw invalidOption('params', 'must have a list of values for each parameter')
  for (const [name, values] of Object.entries(params))
    if (!Array.isArray(values) || values.length === 0)
      throw invalidOption(`params.${name}`, 'must be a list of at least one value')
}

/** Every combination of the values. The values of the last parameter change first. */
export const combinations = <P extends object>(values: ParamValues<P>): readonly P[] =>
  Object.entries<readonly unknown[]>(values).reduce<readonly object[]>(
    (found, [name, list]) => found.flatMap(params => list.map(value => ({ ...params, [name]: value }))),
    [{}],
  ) as readonly P[]
