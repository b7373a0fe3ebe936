import { invalidOption } from '../../errors'

/** The parser is a peer of those who use it. Inside `try`, bundlers take it for one that may be missing. */
export const loadPapaparse = async () => {
  try {
    return await import('papaparse')
  } catch {
    throw invalidOption('papaparse', 'is not installed: npm install papaparse')
  }
}
