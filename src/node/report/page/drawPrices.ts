import type { IChartApi, ISeriesApi, UTCTimestamp } from 'lightweight-charts'
import type { PageContext } from './context'
import type { PageTrade } from './data'

/** Runs in the page: the prices of a symbol, with what was traded. */
export const drawPrices = ({ charts, color, createChart, data, onTheme }: PageContext): void => {
  const element = document.getElementById('prices')
  if (!element || data.symbols.length === 0) return
  const chart: IChartApi = createChart(element)
  const bars: ISeriesApi<'Candlestick'> = chart.addSeries(charts.CandlestickSeries, {
    borderVisible: false,
    priceLineVisible: false,
  })
  let trades: readonly PageTrade[] = []

  const xAt = (time: number): number | null => chart.timeScale().timeToCoordinate(time as UTCTimestamp)
  const draw = (canvas: CanvasRenderingContext2D, width: number): void => {
    const [buy, sell, gain, loss] = ['buy', 'sell', 'up', 'down'].map(color) as [
      string,
      string,
      string,
      string,
    ]
    const segment = (
      x0: number,
      x1: number,
      from: number | undefined,
      to: number | undefined,
      style: string,
    ): void => {
      const y0 = from === undefined ? null : bars.priceToCoordinate(from)
      const y1 = to === undefined ? null : bars.priceToCoordinate(to)
      if (y0 === null || y1 === null) return
      canvas.strokeStyle = style
      canvas.beginPath()
      canvas.moveTo(x0, y0)
      canvas.lineTo(x1, y1)
      canvas.stroke()
    }
    for (const { entry, exit, isBuy, isGain, stopLoss, takeProfit } of trades) {
      const [x0, x1] = [xAt(entry[0]), xAt(exit[0])]
      // What lies outside of the chart is not drawn.
      if (x0 === null || x1 === null || x1 < 0 || x0 > width) continue
      canvas.setLineDash([])
      canvas.lineWidth = 1
      segment(x0, x1, stopLoss, stopLoss, loss)
      segment(x0, x1, takeProfit, takeProfit, gain)
      canvas.setLineDash([3, 3])
      segment(x0, x1, entry[1], exit[1], isGain ? gain : loss)
      const [y0, y1] = [bars.priceToCoordinate(entry[1]), bars.priceToCoordinate(exit[1])]
      if (y0 === null || y1 === null) continue
      // A triangle that points up for a buy and down for a sell, and a circle at the exit.
      const size = isBuy ? 6 : -6
      canvas.fillStyle = isBuy ? buy : sell
      canvas.beginPath()
      canvas.moveTo(x0, y0)
      canvas.lineTo(x0 - 5, y0 + 1.6 * size)
      canvas.lineTo(x0 + 5, y0 + 1.6 * size)
      canvas.fill()
      canvas.fillStyle = isGain ? gain : loss
      canvas.beginPath()
      canvas.arc(x1, y1, 3.5, 0, 2 * Math.PI)
      canvas.fill()
    }
  }
  bars.attachPrimitive({
    paneViews: () => [
      {
        renderer: () => ({
          draw: target => {
            target.useMediaCoordinateSpace(({ context, mediaSize }) => {
              draw(context, mediaSize.width)
            })
          },
        }),
      },
    ],
  })

  const show = (index: number): void => {
    const symbol = data.symbols[index]
    if (!symbol) return
    bars.applyOptions({
      priceFormat: { type: 'price', precision: symbol.digits, minMove: 10 ** -symbol.digits },
    })
    trades = symbol.trades
    bars.setData(
      symbol.bars.map(([time, open, high, low, close]) => ({
        time: time as UTCTimestamp,
        open,
        high,
        low,
        close,
      })),
    )
    // The last bars, so that trades can be told apart.
    const count = symbol.bars.length
    chart.timeScale().setVisibleLogicalRange({ from: Math.max(0, count - 300), to: count + 5 })
  }
  onTheme(() => {
    const [up, down] = [color('up'), color('down')]
    bars.applyOptions({ upColor: up, downColor: down, wickUpColor: up, wickDownColor: down })
  })
  const choice = document.getElementById('symbol')
  if (choice instanceof HTMLSelectElement)
    choice.addEventListener('change', () => {
      show(choice.selectedIndex)
    })
  show(0)
  // A click on a trade in the list shows it in the chart.
  document.getElementById('trades')?.addEventListener('click', event => {
    const button = event.target instanceof Element ? event.target.closest('button[data-time]') : null
    if (!(button instanceof HTMLElement)) return
    const index = data.symbols.findIndex(({ name }) => name === button.dataset['symbol'])
    if (index < 0) return
    if (choice instanceof HTMLSelectElement) choice.selectedIndex = index
    show(index)
    const at = data.symbols[index]?.bars.findIndex(([time]) => time >= Number(button.dataset['time'])) ?? -1
    if (at >= 0) chart.timeScale().setVisibleLogicalRange({ from: at - 40, to: at + 80 })
    element.scrollIntoView({ block: 'center' })
  })
}
