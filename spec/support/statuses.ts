/** The status of each value that was seen, in their order. */
export const statuses = ({ values }: { readonly values: readonly { readonly status: string }[] }): string[] =>
  values.map(({ status }) => status)
