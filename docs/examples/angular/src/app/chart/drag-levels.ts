import type { Level } from './levels'

/** How near to a level one has to be to take it, in px. A finger needs more than a mouse. */
const REACH = { mouse: 6, other: 16 }

/** What dragging needs of a chart. */
export interface Dragged {
  readonly levels: () => readonly Level[]
  readonly toY: (price: number) => number | null
  readonly toPrice: (y: number) => number | null
  /** Shows a level at another price, while it is dragged. */
  readonly show: (level: Level, price: number) => void
  /** The chart must not move along with the pointer. */
  readonly hold: (isHeld: boolean) => void
  readonly dropped: (level: Level, price: number) => void
}

/** Lets levels of a chart be dragged to another price. Returns a function that ends this. */
export const dragLevels = (element: HTMLElement, chart: Dragged): (() => void) => {
  const ends = new AbortController()
  let taken: { readonly level: Level; readonly pointerId: number; price: number } | undefined

  const yOf = (event: PointerEvent): number => event.clientY - element.getBoundingClientRect().top
  const levelAt = (event: PointerEvent): Level | undefined => {
    const reach = event.pointerType === 'mouse' ? REACH.mouse : REACH.other
    const y = yOf(event)
    return chart
      .levels()
      .filter(({ move }) => move)
      .map(level => ({ level, distance: Math.abs((chart.toY(level.price) ?? Infinity) - y) }))
      .filter(({ distance }) => distance <= reach)
      .sort((a, b) => a.distance - b.distance)[0]?.level
  }

  const take = (event: PointerEvent): void => {
    const level = levelAt(event)
    if (!level) return
    event.stopPropagation()
    event.preventDefault()
    element.setPointerCapture(event.pointerId)
    chart.hold(true)
    taken = { level, pointerId: event.pointerId, price: level.price }
  }
  const move = (event: PointerEvent): void => {
    if (!taken) {
      element.style.cursor = levelAt(event) ? 'ns-resize' : ''
      return
    }
    const price = chart.toPrice(yOf(event))
    if (price === null) return
    taken.price = price
    chart.show(taken.level, price)
  }
  const release = (): void => {
    if (!taken) return
    const { level, price } = taken
    taken = undefined
    chart.hold(false)
    if (price !== level.price) chart.dropped(level, price)
  }

  // Before the chart, which would scroll.
  const options = { capture: true, signal: ends.signal }
  element.addEventListener('pointerdown', take, options)
  element.addEventListener('pointermove', move, options)
  element.addEventListener('pointerup', release, options)
  element.addEventListener('pointercancel', release, options)
  return () => {
    ends.abort()
  }
}
