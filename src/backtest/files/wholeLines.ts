/** The text of a file, or its parts in their order. */
export type TextSource = string | Iterable<string> | AsyncIterable<string>

/** Whole lines, several at a time, so that each part can be parsed alone. Only the last one may lack its line break. */
export async function* wholeLines(source: TextSource): AsyncGenerator<string> {
  let rest = ''
  let isFirst = true
  for await (const part of typeof source === 'string' ? [source] : source) {
    const text: string = rest + (isFirst ? part.replace(/^\uFEFF/, '') : part)
    isFirst &&= text === ''
    const end = text.lastIndexOf('\n') + 1
    rest = text.slice(end)
    if (end > 0) yield text.slice(0, end)
  }
  if (rest !== '') yield rest
}
