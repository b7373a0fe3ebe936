/** Larger frames are refused, in either direction. */
export const MAX_FRAME_SIZE = 15 * 1024 * 1024

/**
 * Larger frames end the line. A frame up to this size is received but not parsed, so that the request it answers is
 * known.
 */
export const MAX_RECEIVED_SIZE = 4 * MAX_FRAME_SIZE
