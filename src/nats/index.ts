export { natsBus } from './natsBus'
export type { NatsBusOptions } from './natsBus'
