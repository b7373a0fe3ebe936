export { readCredentials, saveTokensTo } from './credentials'
export type { Credentials } from './credentials'
export { serveSimulator } from './serve'
export type { ServeOptions } from './serve'
