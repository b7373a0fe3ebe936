import type { Piece } from './screenText'

const [CHARACTER, LINE, PADDING, BAR] = [8.4, 19, 16, 30]

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const round = (value: number): string => String(Number(value.toFixed(1)))

const styles = [
  'text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;fill:#d7dae0}',
  '.bold{font-weight:700;fill:#fff}',
  '.dim{fill:#8b93a1}',
  '.red{fill:#ff7b72}',
  '.green{fill:#56d364}',
  '.yellow{fill:#e3b341}',
].join('')

/** The parts of a text between wider gaps, with their places. */
const parts = (text: string): readonly { readonly at: number; readonly part: string }[] =>
  [...text.matchAll(/\S+(?: \S+)*/g)].map(match => ({ at: match.index, part: match[0] }))

/** Each part has its place and its width, so that columns stay straight in any font. */
const line = (pieces: readonly Piece[], index: number): string => {
  const y = BAR + PADDING + index * LINE
  let column = 0
  return pieces
    .flatMap(({ text, style }) => {
      const start = column
      column += text.length
      const name = style === '' ? '' : ` class="${style}"`
      return parts(text).map(({ at, part }) => {
        const x = round(PADDING + (start + at) * CHARACTER)
        const width = round(part.length * CHARACTER)
        return `<text x="${x}" y="${y}"${name} textLength="${width}">${escaped(part)}</text>`
      })
    })
    .join('')
}

/** A terminal window with these lines, as a picture that needs no fonts and no network. */
export const terminalSvg = (lines: readonly (readonly Piece[])[], columns: number): string => {
  const [width, height] = [round(2 * PADDING + columns * CHARACTER), BAR + PADDING + lines.length * LINE]
  const dots = ['#ff5f56', '#ffbd2e', '#27c93f'].map(
    (fill, i) => `<circle cx="${18 + i * 18}" cy="15" r="5.5" fill="${fill}"/>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<style>${styles}</style>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#1b1f27"/>`,
    dots.join(''),
    ...lines.map(line).filter(text => text !== ''),
    '</svg>',
    '',
  ].join('\n')
}
