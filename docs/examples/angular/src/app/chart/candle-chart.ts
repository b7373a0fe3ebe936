import { CandlestickSeries, ColorType, HistogramSeries, LineStyle, createChart } from 'lightweight-charts'
import type { IPriceLine, UTCTimestamp } from 'lightweight-charts'
import { tickSize } from 'rx-ctrader'
import type { Candle } from 'rx-ctrader'

/** The colours of the page, which are others in the dark. */
interface Palette {
  readonly up: string
  readonly down: string
  readonly quiet: string
  readonly line: string
}

/** What a variable of the style sheet is now. */
const colourOf = (element: HTMLElement, variable: string): string => {
  const probe = element.ownerDocument.createElement('i')
  probe.style.color = `var(${variable})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

const paletteOf = (element: HTMLElement): Palette => ({
  up: colourOf(element, '--up'),
  down: colourOf(element, '--down'),
  quiet: colourOf(element, '--muted'),
  line: colourOf(element, '--line'),
})

/** `rgb(1, 2, 3)`, and a third of it. */
const faint = (colour: string): string => colour.replace('rgb(', 'rgba(').replace(')', ', 0.33)')

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
  /** Takes the colours of the page as they are now. */
  readonly paint: () => void
  readonly remove: () => void
}

/** Lightweight Charts, as this page wants it. */
export const createCandleChart = (element: HTMLElement): CandleChart => {
  const chart = createChart(element, {
    autoSize: true,
    localization: { locale: 'en-GB' },
    layout: {
      background: { type: ColorType.Solid, color: 'transparent' },
      fontFamily: getComputedStyle(element).fontFamily,
    },
    timeScale: { timeVisible: true, rightOffset: 4, barSpacing: 7 },
    rightPriceScale: { scaleMargins: { top: 0.08, bottom: 0.2 } },
  })
  const bars = chart.addSeries(CandlestickSeries, { borderVisible: false })
  const volumes = chart.addSeries(HistogramSeries, {
    priceScaleId: '',
    priceFormat: { type: 'volume' },
    lastValueVisible: false,
    priceLineVisible: false,
  })
  volumes.priceScale().applyOptions({ scaleMargins: { top: 0.85, bottom: 0 } })

  let palette = paletteOf(element)
  let marked: readonly Mark[] = []
  let drawn: readonly IPriceLine[] = []
  const paint = (): void => {
    palette = paletteOf(element)
    const { up, down, quiet, line } = palette
    chart.applyOptions({
      layout: { textColor: quiet },
      grid: { vertLines: { color: line }, horzLines: { color: line } },
      timeScale: { borderColor: line },
      rightPriceScale: { borderColor: line },
    })
    bars.applyOptions({ upColor: up, downColor: down, wickUpColor: up, wickDownColor: down })
    volumes.setData(volumes.data().map(bar => ({ ...bar, ...('color' in bar && { color: faint(quiet) }) })))
    mark(marked)
  }
  const mark: CandleChart['mark'] = marks => {
    marked = marks
    for (const one of drawn) bars.removePriceLine(one)
    const different = [...new Map(marks.map(one => [`${one.title} ${one.price}`, one])).values()]
    const isLabelled = different.length <= MOST_LABELS
    drawn = different.map(({ price, title, isBuy }) =>
      bars.createPriceLine({
        price,
        title: isLabelled ? title : '',
        color: isBuy ? palette.up : palette.down,
        lineWidth: 1,
        lineStyle: LineStyle.Dashed,
        axisLabelVisible: isLabelled,
      }),
    )
  }

  paint()

  return {
    paint,
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
      volumes.update({ time, value: volume, color: faint(palette.quiet) })
    },
    mark,
    remove: () => {
      chart.remove()
    },
  }
}
