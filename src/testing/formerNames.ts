import { record as recordOfRecording } from '../recording/record'
import { replay as replayOfRecording } from '../recording/replay'
import type { Replay as ReplayOfRecording, ReplayOptions as OptionsOfRecording } from '../recording/replay'

/** @deprecated Import it from `rx-ctrader/recording`. */
export const record = recordOfRecording

/** @deprecated Import it from `rx-ctrader/recording`. */
export const replay = replayOfRecording

/** @deprecated Import it from `rx-ctrader/recording`. */
export type Replay = ReplayOfRecording

/** @deprecated Import it from `rx-ctrader/recording`. */
export type ReplayOptions = OptionsOfRecording
