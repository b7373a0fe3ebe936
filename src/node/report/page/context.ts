import type * as LightweightCharts from 'lightweight-charts'
import type { PageData } from './data'

/** What the scripts of the page share. */
export interface PageContext {
  readonly charts: typeof LightweightCharts
  readonly data: PageData
  /** A colour of the page, by the name of its variable. */
  readonly color: (name: string) => string
  /** Calls back now, and when the page turns dark or light. */
  readonly onTheme: (apply: () => void) => void
  /** What every chart has. */
  readonly createChart: (element: HTMLElement) => LightweightCharts.IChartApi
}

/**
 * Runs in the page. Like each of these functions, it is written into the page as text. So it may use only what it is
 * given, and what a browser has.
 */
export const createContext = (charts: typeof LightweightCharts): PageContext => {
  const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData
  const color = (name: string): string =>
    getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
  const onTheme = (apply: () => void): void => {
    apply()
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply)
  }
  const createChart = (element: HTMLElement): LightweightCharts.IChartApi => {
    const chart = charts.createChart(element, {
      autoSize: true,
      localization: { locale: 'en-GB' },
      timeScale: { timeVisible: true, minBarSpacing: 0.01 },
      handleScroll: { vertTouchDrag: false },
    })
    onTheme(() => {
      const line = color('line')
      chart.applyOptions({
        layout: {
          background: { type: charts.ColorType.Solid, color: 'transparent' },
          textColor: color('quiet'),
          fontFamily: getComputedStyle(document.body).fontFamily,
          panes: { separatorColor: line },
          // One is enough for a page.
          attributionLogo: element.id === 'equity',
        },
        grid: { vertLines: { color: line }, horzLines: { color: line } },
        timeScale: { borderColor: line },
        rightPriceScale: { borderColor: line },
      })
    })
    return chart
  }
  return { charts, data, color, onTheme, createChart }
}
