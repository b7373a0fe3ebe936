import type { Told } from '../orders/outcomes/play'

/** What a trading process says, a line each, before it is killed. */
export type Said =
  | { readonly event: 'ready' }
  | { readonly event: 'told'; readonly id: string; readonly isRecovered: boolean; readonly update: Told }
  | { readonly event: 'recovered' }
