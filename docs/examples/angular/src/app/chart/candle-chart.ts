import { CandlestickSeries, ColorType, HistogramSeries, LineStyle, createChart } from 'lightweight-charts'
import type { CandlestickData, HistogramData, IPriceLine, UTCTimestamp } from 'lightweight-charts'
import { tickSize } from 'rx-ctrader'
import type { Candle } from 'rx-ctrader'
import { dragLevels } from './drag-levels'
import type { Level } from './levels'

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

/** A bar of history, or a live one. */
type AnyBar = Pick<Candle, 'timestamp' | 'open' | 'high' | 'low' | 'close' | 'volume'>

export interface CandleChart {
  readonly clear: () => void
  /** Prices have so many digits. */
  readonly setDigits: (digits: number) => void
  /** A new bar, or the last one as it is now. */
  readonly show: (candle: Candle) => void
  /** How many bars there are, and since when, in ms. */
  readonly extent: () => { readonly count: number; readonly since: number | undefined }
  /** Older bars than all that are shown, the oldest first. */
  readonly prepend: (bars: readonly AnyBar[]) => void
  readonly onScroll: (scrolled: () => void) => void
  /** The time of the oldest bar, in ms, if one sees it: then there is room for older ones. */
  readonly oldestInSight: () => number | undefined
  readonly mark: (levels: readonly Level[]) => void
  /** Called with a level that was dragged to another price. */
  readonly onMoved: (moved: (level: Level, price: number) => void) => void
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
  let levels: readonly Level[] = []
  const drawn = new Map<string, IPriceLine>()
  let digits = 5
  /** All bars. The chart can be given older ones only together with the others. */
  let shown: CandlestickData<UTCTimestamp>[] = []
  let traded: HistogramData<UTCTimestamp>[] = []
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
    traded = traded.map(bar => ({ ...bar, color: faint(quiet) }))
    volumes.setData([...traded])
    mark(levels)
  }
  const mark: CandleChart['mark'] = next => {
    for (const one of drawn.values()) bars.removePriceLine(one)
    drawn.clear()
    levels = next
    const isLabelled = levels.length <= MOST_LABELS
    for (const { key, price, title, colour, move } of levels)
      drawn.set(
        key,
        bars.createPriceLine({
          price,
          title: isLabelled ? title : '',
          color: palette[colour],
          lineWidth: 1,
          lineStyle: move ? LineStyle.Dashed : LineStyle.Solid,
          axisLabelVisible: isLabelled,
        }),
      )
  }

  let moved: (level: Level, price: number) => void = () => undefined
  const stopDragging = dragLevels(element, {
    levels: () => levels,
    toY: price => bars.priceToCoordinate(price),
    toPrice: y => {
      const price = bars.coordinateToPrice(y)
      return price === null ? null : Number(price.toFixed(digits))
    },
    show: ({ key }, price) => {
      drawn.get(key)?.applyOptions({ price })
    },
    hold: isHeld => {
      chart.applyOptions({ handleScroll: !isHeld, handleScale: !isHeld })
    },
    dropped: (level, price) => {
      moved(level, price)
    },
  })

  const barOf = ({ timestamp, open, high, low, close }: AnyBar): CandlestickData<UTCTimestamp> => ({
    time: (timestamp / 1_000) as UTCTimestamp,
    open,
    high,
    low,
    close,
  })
  const volumeOf = ({ timestamp, volume }: AnyBar): HistogramData<UTCTimestamp> => ({
    time: (timestamp / 1_000) as UTCTimestamp,
    value: volume,
    color: faint(palette.quiet),
  })
  /** Adds a newer bar, or the last one as it is now. */
  const put = <T extends { readonly time: UTCTimestamp }>(all: T[], bar: T): void => {
    if (all.at(-1)?.time === bar.time) all.pop()
    all.push(bar)
  }

  paint()

  return {
    paint,
    clear: () => {
      shown = []
      traded = []
      bars.setData([])
      volumes.setData([])
      chart.timeScale().scrollToRealTime()
    },
    setDigits: now => {
      digits = now
      bars.applyOptions({ priceFormat: { type: 'price', precision: digits, minMove: tickSize(digits) } })
    },
    show: candle => {
      const [bar, volume] = [barOf(candle), volumeOf(candle)]
      put(shown, bar)
      put(traded, volume)
      bars.update(bar)
      volumes.update(volume)
    },
    prepend: older => {
      const first = shown[0]?.time ?? Infinity
      const before = older.filter(({ timestamp }) => timestamp / 1_000 < first)
      const range = chart.timeScale().getVisibleLogicalRange()
      shown = [...before.map(barOf), ...shown]
      traded = [...before.map(volumeOf), ...traded]
      bars.setData([...shown])
      volumes.setData([...traded])
      // What one sees stays where it is.
      if (range)
        chart
          .timeScale()
          .setVisibleLogicalRange({ from: range.from + before.length, to: range.to + before.length })
    },
    extent: () => {
      const first = shown[0]?.time
      return { count: shown.length, since: first === undefined ? undefined : first * 1_000 }
    },
    onScroll: scrolled => {
      chart.timeScale().subscribeVisibleLogicalRangeChange(scrolled)
    },
    oldestInSight: () => {
      const first = shown[0]?.time
      const from = chart.timeScale().getVisibleLogicalRange()?.from ?? Infinity
      return from < 10 && first !== undefined ? first * 1_000 : undefined
    },
    mark,
    onMoved: then => {
      moved = then
    },
    remove: () => {
      stopDragging()
      chart.remove()
    },
  }
}
