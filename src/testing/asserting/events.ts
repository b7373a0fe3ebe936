import { differences } from './equal'

/** An event of a stream and its time, as RxJS's scheduler records it. */
export interface StreamEvent {
  /** ms from the start of the run. */
  readonly frame: number
  readonly notification:
    | { readonly kind: 'N'; readonly value: unknown }
    | { readonly kind: 'E'; readonly error: unknown }
    | { readonly kind: 'C' }
}

export const isStreamEvents = (list: unknown): list is readonly StreamEvent[] =>
  Array.isArray(list) &&
  list.every(item => typeof item === 'object' && item !== null && 'frame' in item && 'notification' in item)

/** The value or the error of an event. */
export const eventContent = ({ notification }: StreamEvent): unknown =>
  notification.kind === 'N' ? notification.value : notification.kind === 'E' ? notification.error : undefined

export const isSame = (one: StreamEvent, other: StreamEvent): boolean =>
  one.frame === other.frame &&
  one.notification.kind === other.notification.kind &&
  differences(eventContent(one), eventContent(other)).length === 0
