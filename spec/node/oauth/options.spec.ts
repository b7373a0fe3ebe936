import { inspect } from 'node:util'
import { EMPTY } from 'rxjs'
import { oauthRoutes } from 'rx-ctrader/node'
import type { OAuthRoutesOptions } from 'rx-ctrader/node'

const valid: OAuthRoutesOptions = {
  application: { clientId: 'demo', clientSecret: 'SECRET' },
  redirectUri: 'https://app.example.com/oauth/callback',
  grants: { load: () => EMPTY, save: () => EMPTY, remove: () => EMPTY },
  rights: { grants: () => EMPTY, add: () => EMPTY, remove: () => EMPTY },
}

describe('the options of consent pages', () => {
  it.each<[string, object]>([
    ['application.clientId', { application: { clientSecret: 'SECRET' } }],
    ['application.clientSecret', { application: { clientId: 'demo', clientSecret: () => 'SECRET' } }],
    ['application.clientId', { application: undefined }],
    ['redirectUri', { redirectUri: 'https://app.example.com/oauth/back' }],
    ['redirectUri', { redirectUri: 'http://app.example.com/oauth/callback' }],
    ['redirectUri', { redirectUri: 'ftp://app.example.com/oauth/callback' }],
    ['redirectUri', { redirectUri: '/oauth/callback' }],
    ['redirectUri', { redirectUri: 7 }],
    ['scope', { scope: 'all' }],
    ['grants.remove', { grants: { load: () => EMPTY, save: () => EMPTY } }],
    ['rights.grants', { rights: undefined }],
    ['returnTo', { returnTo: 'javascript:alert(1)' }],
    ['audit', { audit: 'file' }],
    ['log', { log: console }],
    ['authUrl', { authUrl: 'http://id.example.com' }],
    ['tokenUrl', { tokenUrl: 'http://id.example.com' }],
    ['secret', { secret: 'SECRET' }],
  ])('are refused with the name %s', (option, change) => {
    let error: unknown
    try {
      oauthRoutes({ ...valid, ...change })
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ reason: 'InvalidOption', option })
    expect(inspect(error)).not.toContain('SECRET')
  })

  it('are an object', () => {
    expect(() => oauthRoutes(7 as never)).toThrow('options must be an object')
    expect(() => oauthRoutes(null as never)).toThrow('options must be an object')
  })
})
