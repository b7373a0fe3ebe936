import { escapeHtml } from '../../node/http/html'

/** A page that the browser shows at the end of a login. */
export interface Page {
  readonly status: number
  readonly title: string
  /** What to do next. */
  readonly text: string
}

/** A page as HTML. */
export const html = ({ title, text }: Page): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:32em;margin:4em auto;padding:0 1em}</style>
<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p></html>\n`

export const successPage: Page = {
  status: 200,
  title: 'Access is granted',
  text: 'Go back to the terminal: it lists the accounts, and writes the credentials. You can close this page.',
}

export const failurePage = (reason: string): Page => ({
  status: 400,
  title: 'There is no access yet',
  text: `${reason} You can close this page.`,
})

export const foreignPage: Page = {
  status: 403,
  title: 'This code is of another login',
  text: 'It did not come from the login that runs in the terminal, so it is not used. Begin with the address that the terminal shows.',
}

export const unknownPage: Page = {
  status: 404,
  title: 'There is nothing here',
  text: 'Begin with the address that the terminal shows.',
}
