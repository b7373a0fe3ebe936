import type { GatewayConfig } from './config/configTypes'
import { demoAccounts } from './demo/demoTown'

const pageOf = (url: string, path: string): string => {
  const { host, protocol } = new URL(url)
  return `${protocol === 'wss:' ? 'https' : 'http'}://${host}${path}`
}

/** What is written when a demo is served. */
export const demoWelcome = (url: string): { readonly json: object; readonly text: string } => {
  const page = pageOf(url, '/').replace('127.0.0.1', 'localhost')
  const lines = [
    `Gateway to a simulator, for trying: ${page}`,
    '',
    'Log in there as ann or ben. The password is the name.',
    ...demoAccounts.map(({ accountId, users }) => `  account ${accountId}: ${users.join(' and ')}`),
    '',
    `WebSocket: ${url}`,
    `Health: ${pageOf(url, '/health')}`,
    'Ctrl-C ends it.',
  ]
  return {
    json: { health: pageOf(url, '/health'), metrics: null, page, accounts: demoAccounts },
    text: lines.join('\n'),
  }
}

/** What is written when a gateway is served. */
export const configWelcome =
  ({ oauth, role, tls, host = '127.0.0.1' }: GatewayConfig) =>
  (url: string, metrics?: string): { readonly json: object; readonly text: string } => {
    const health = pageOf(url, '/health')
    const isPlain = !tls && host !== '127.0.0.1' && host !== 'localhost' && host !== '::1'
    const lines = [
      role === 'owner' ? 'Owner of lines to cTrader' : `${role === 'edge' ? 'Edge' : 'Gateway'} at ${url}`,
      `Health: ${health}`,
      ...(metrics === undefined ? [] : [`Metrics: ${metrics}`]),
      ...(oauth ? [`Consent: ${oauth.redirectUri.replace(/callback$/, 'start')}`] : []),
      ...(isPlain && role !== 'owner' ? ['Warning: without tls, a proxy in front has to serve https.'] : []),
      'Ctrl-C ends it.',
    ]
    return {
      json: { health, metrics: metrics ?? null, page: null, accounts: null },
      text: lines.join('\n'),
    }
  }
