import { CandlestickSeries, ColorType, HistogramSeries, LineStyle, createChart } from 'lightweight-charts'
import type { IPriceLine, UTCTimestamp } from 'lightweight-charts'
import { tickSize } from 'rx-ctrader'
import type { Candle } from 'rx-ctrader'

const up = '#2ebd85'
const down = '#f6465d'
const quiet = '#7d879c'
const line = '#1d2535'

/** More would hide the bars. */
const MOST_LABELS = 5

/** A line across the chart, as the entry of a position is. */
export interface Mark {
  readonly price: number
  readonly title: string
  readonly isBuy: boolean
}

export interface CandleChart {
  readonly clear: () => void
  /** Prices have so many digits. */
  readonly setDigits: (digits: number) => void
  /** A new bar, or the last one as it is now. */
  readonly show: (candle: Candle) => void
  readonly mark: (marks: readonly Mark[]) => void
  readonly remove: () => void
}

/** Lightweight Charts, as this page wants it. */
export const createCandleChart = (element: HTMLElement): CandleChart => {
  const chart = createChart(element, {
    autoSize: true,
    localization: { locale: 'en-GB' },
    layout: {
      background: { type: ColorType.Solid, color: 'transparent' },
      textColor: quiet,
      fontFamily: getComputedStyle(element).fontFamily,
    },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
    timeScale: { timeVisible: true, borderColor: line, rightOffset: 4, barSpacing: 7 },
    rightPriceScale: { borderColor: line, scaleMargins: { top: 0.08, bottom: 0.2 } },
  })
  const bars = chart.addSeries(CandlestickSeries, {
    upColor: up,
    downColor: down,
    wickUpColor: up,
    wickDownColor: down,
    borderVisible: false,
  })
  const volumes = chart.addSeries(HistogramSeries, {
    priceScaleId: '',
    priceFormat: { type: 'volume' },
    lastValueVisible: false,
    priceLineVisible: false,
  })
  volumes.priceScale().applyOptions({ scaleMargins: { top: 0.85, bottom: 0 } })

  let drawn: readonly IPriceLine[] = []
  const mark: CandleChart['mark'] = marks => {
    for (const one of drawn) bars.removePriceLine(one)
    const different = [...new Map(marks.map(one => [`${one.title} ${one.price}`, one])).values()]
    const isLabelled = different.length <= MOST_LABELS
    drawn = different.map(({ price, title, isBuy }) =>
      bars.createPriceLine({
        price,
        title: isLabelled ? title : '',
        color: isBuy ? up : down,
        lineWidth: 1,
        lineStyle: LineStyle.Dashed,
        axisLabelVisible: isLabelled,
      }),
    )
  }

  return {
    clear: () => {
      bars.setData([])
      volumes.setData([])
      chart.timeScale().scrollToRealTime()
    },
    setDigits: digits => {
      bars.applyOptions({ priceFormat: { type: 'price', precision: digits, minMove: tickSize(digits) } })
    },
    show: ({ timestamp, open, high, low, close, volume }) => {
      const time = (timestamp / 1_000) as UTCTimestamp
      bars.update({ time, open, high, low, close })
      volumes.update({ time, value: volume, color: close < open ? `${down}55` : `${up}55` })
    },
    mark,
    remove: () => {
      chart.remove()
    },
  }
}
