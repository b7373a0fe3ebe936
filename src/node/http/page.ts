import type { IncomingMessage, ServerResponse } from 'node:http'
import { cutOff } from './cutOff'
import { html } from './html'
import type { Html } from './html'

/** An answer of a page. */
export interface PageAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:32em;margin:4em auto;padding:0 1em}
label{display:block}button,input{font:inherit;padding:.4em 1em;margin:.5em .5em .5em 0}`

/** No script, nothing from elsewhere, in no frame; forms go to where the page is from. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

const safe = {
  'cache-control': 'no-store',
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** A page with a title. Other sites do not get its address. */
export const page = (
  status: number,
  title: string,
  content: Html,
  headers: Readonly<Record<string, string>> = {},
): PageAnswer => ({
  status,
  headers: {
    ...safe,
    'content-type': 'text/html; charset=utf-8',
    'referrer-policy': 'same-origin',
    ...headers,
  },
  body: `<!doctype html><html lang="en"><meta charset="utf-8"><style>${STYLE}</style>${
    html`<title>${title}</title>
      <h1>${title}</h1>
      ${content}`.html
  }</html>\n`,
})

/** Sends the browser to another address. */
export const seeOther = (location: string, headers: Readonly<Record<string, string>> = {}): PageAnswer => ({
  status: 303,
  headers: { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', location, ...headers },
  body: '',
})

/** Sends an answer, and reads no more of a request that it does not need. */
export const respond = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: PageAnswer,
): void => {
  cutOff(request, response)
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(request.method === 'HEAD' ? undefined : body)
}
