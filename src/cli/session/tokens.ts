import type { SaveTokens, Tokens } from '../../index'
import { fileTokens } from '../../node'

/** Tokens that are saved to the file that they are from, and remembered. */
export const rememberedTokens = (
  given: Tokens,
  path: string | undefined,
): { readonly tokens: () => Tokens; readonly saveTokens?: SaveTokens } => {
  let latest = given
  if (path === undefined) return { tokens: () => latest }
  const save = fileTokens(path)
  const saveTokens = (tokens: Required<Tokens>): unknown => {
    const saved = save(tokens)
    latest = tokens
    return saved
  }
  return { tokens: () => latest, saveTokens: Object.assign(saveTokens, save) }
}
