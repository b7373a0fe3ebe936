/** Text that is part of a page as it is. Made by `html` only. */
export interface Html {
  readonly html: string
}

type Piece = Html | readonly Html[] | string | number

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for a page or for the value of an attribute in quotes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, sign => escapes[sign] ?? '')

const isList = (piece: Piece): piece is readonly Html[] => Array.isArray(piece)

const written = (piece: Piece): string => {
  if (typeof piece !== 'object') return escapeHtml(String(piece))
  return isList(piece) ? piece.map(part => part.html).join('') : piece.html
}

/** A template whose values are escaped, so that a name cannot become a part of the page. */
export const html = (parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html => ({
  html: parts.map((part, i) => part + (pieces[i] === undefined ? '' : written(pieces[i]))).join(''),
})

export const nothing: Html = { html: '' }

/** Data for the scripts of a page. No text in it can end its element. */
export const jsonBlock = (id: string, data: unknown): Html => ({
  html: `<script type="application/json" id="${id}">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>`,
})
