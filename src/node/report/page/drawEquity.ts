import type { UTCTimestamp } from 'lightweight-charts'
import type { PageContext } from './context'

/** Runs in the page: the equity, and below it the drawdown. */
export const drawEquity = ({ charts, color, createChart, data, onTheme }: PageContext): void => {
  const element = document.getElementById('equity')
  if (!element || data.equity.length === 0) return
  const chart = createChart(element)
  const equity = chart.addSeries(charts.AreaSeries, { lineWidth: 2, priceLineVisible: false })
  const drawdown = chart.addSeries(
    charts.AreaSeries,
    {
      lineWidth: 1,
      invertFilledArea: true,
      priceLineVisible: false,
      priceFormat: { type: 'custom', minMove: 0.01, formatter: (value: number) => `${value.toFixed(1)} %` },
    },
    1,
  )
  equity.setData(data.equity.map(([time, value]) => ({ time: time as UTCTimestamp, value })))
  drawdown.setData(data.equity.map(([time, , value]) => ({ time: time as UTCTimestamp, value })))
  chart.panes()[0]?.setStretchFactor(3)
  chart.panes()[1]?.setStretchFactor(1)
  onTheme(() => {
    equity.applyOptions({
      lineColor: color('accent'),
      topColor: `${color('accent')}44`,
      bottomColor: `${color('accent')}08`,
    })
    drawdown.applyOptions({
      lineColor: color('down'),
      topColor: `${color('down')}08`,
      bottomColor: `${color('down')}44`,
    })
  })
  chart.timeScale().fitContent()
}
