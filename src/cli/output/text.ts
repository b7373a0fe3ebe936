/** Names and comments come from a server. Their control characters must not reach a terminal. */
// eslint-disable-next-line no-control-regex -- These are what must not be there.
export const withoutControls = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '')

/** A time as ISO 8601 in UTC. */
export const isoTime = (at: number): string => new Date(at).toISOString()

/** The time of the day, in UTC. */
export const timeOfDay = (at: number): string => isoTime(at).slice(11, 19)

/** A time to the second, in UTC: `2031-01-08 12:00:00`. */
export const dateAndTime = (at: number): string => isoTime(at).slice(0, 19).replace('T', ' ')
