import { createHash } from 'node:crypto'
import { readChartLibrary } from './chartLibrary'
import { html, jsonBlock } from '../http/html'
import type { Html } from '../http/html'
import { createContext } from './page/context'
import type { PageData } from './page/data'
import { drawEquity } from './page/drawEquity'
import { drawPrices } from './page/drawPrices'
import { sortTables } from './page/sortTables'
import { STYLE } from './style'

/** What a page shows. */
export interface Page {
  readonly title: string
  readonly subtitle: string
  readonly sections: readonly Html[]
  readonly data: PageData
}

/**
 * What runs in the page. Programs that compile TypeScript at once, such as tsx, give functions their names by a helper,
 * which a page does not have.
 */
const pageScript = (): string => `
const __name = one => one;
(${String(sortTables)})();
const page = (${String(createContext)})(LightweightCharts);
(${String(drawEquity)})(page);
(${String(drawPrices)})(page);
`

/** A script as it is in the page. No text in it can end its element. */
const scriptText = (code: string): string => code.replaceAll(/<\/(script)/gi, '<\\/$1')

const hashOf = (code: string): string => `'sha256-${createHash('sha256').update(code).digest('base64')}'`

/** The whole page. Its policy allows these scripts alone, and no request. */
export const pageHtml = ({ title, subtitle, sections, data }: Page): string => {
  const scripts = [readChartLibrary(), pageScript()].map(scriptText)
  const policy = [
    `default-src 'none'`,
    `script-src ${scripts.map(hashOf).join(' ')}`,
    `style-src 'unsafe-inline'`,
    `img-src data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ')
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${{ html: `<style>${STYLE}</style>` }}
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p>${subtitle}</p>
        </header>
        <main>${sections}</main>
        <footer>Made by rx-ctrader. Charts by Lightweight Charts™ of TradingView.</footer>
        ${jsonBlock('data', data)}${scripts.map(code => ({ html: `<script>${code}</script>` }))}
      </body>
    </html> `
  return page.html
}
