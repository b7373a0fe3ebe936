import * as fc from 'fast-check'
import { redact } from '../../src/transport/redact'

describe('redact', () => {
  it.each([
    [
      'every secret field of a frame',
      '{"payloadType":2174,"payload":{"accessToken":"hunter2","tokenType":"bearer","expiresIn":2628000,"refreshToken":"hunter3"}}',
      '{"payloadType":2174,"payload":{"accessToken":"[redacted]","tokenType":"bearer","expiresIn":2628000,"refreshToken":"[redacted]"}}',
    ],
    [
      'the client secret, not the client id',
      '{"clientId":"demo","clientSecret":"hunter2"}',
      '{"clientId":"demo","clientSecret":"[redacted]"}',
    ],
    ['a secret deep inside', '[{"a":{"clientSecret":"hunter2"}}]', '[{"a":{"clientSecret":"[redacted]"}}]'],
    ['an empty secret', '{"accessToken":""}', '{"accessToken":"[redacted]"}'],
    [
      'a secret with whitespace around it',
      '{"accessToken" :\n\t"hunter2" , "a":1}',
      '{"accessToken" :\n\t"[redacted]" , "a":1}',
    ],
    [
      'a secret with escaped quotes in it',
      String.raw`{"accessToken":"hunt\"er2\\","a":1}`,
      '{"accessToken":"[redacted]","a":1}',
    ],
    [
      'a secret with escaped characters in it',
      String.raw`{"accessToken":"\u0068un\nter2"}`,
      '{"accessToken":"[redacted]"}',
    ],
    [
      'a secret with a line break in it',
      '{"accessToken":"hunt\ner2","a":1}',
      '{"accessToken":"[redacted]","a":1}',
    ],
    [
      'a secret with a backslash and a line break in it',
      '{"accessToken":"hunt\\\ner2","a":1}',
      '{"accessToken":"[redacted]","a":1}',
    ],
    ['a number', '{"accessToken":53.1e7,"a":1}', '{"accessToken":"[redacted]","a":1}'],
    [
      'a null and the secret after it',
      '{"accessToken":null,"refreshToken":"hunter2"}',
      '{"accessToken":"[redacted]","refreshToken":"[redacted]"}',
    ],
    ['a bare word', '{"accessToken":hunter2}', '{"accessToken":"[redacted]"}'],
    ['an object and what follows it', '{"accessToken":{"a":"hunter2"},"b":1}', '{"accessToken":"[redacted]"'],
    [
      'an array and what follows it',
      '{"accessToken":[["hunter2"],\n"hunter3"],"b":1}',
      '{"accessToken":"[redacted]"',
    ],
    [
      'the same field twice',
      '{"accessToken":"hunter2","accessToken":"hunter3"}',
      '{"accessToken":"[redacted]","accessToken":"[redacted]"}',
    ],
    [
      'the secrets of two frames in one',
      '{"accessToken":"hunter2"}{"refreshToken":"hunter3"}',
      '{"accessToken":"[redacted]"}{"refreshToken":"[redacted]"}',
    ],
    ['a secret that is cut off', '{"accessToken":"hunt', '{"accessToken":"[redacted]"'],
    [
      'a secret of several words that is cut off',
      '{"accessToken":"correct horse, batt',
      '{"accessToken":"[redacted]"',
    ],
    ['the last value of a text that is cut off', '{"accessToken":"hunter2"', '{"accessToken":"[redacted]"'],
    ['a secret in a text without its head', '1,"accessToken":"hunter2"}', '1,"accessToken":"[redacted]"}'],
  ])('takes out %s', (_, text, redacted) => {
    expect(redact(text)).toBe(redacted)
  })

  it('takes out the secret of a frame that was encoded twice', () => {
    const text = JSON.stringify('{"accessToken":"hunter2","a":1}')
    expect(redact(text)).not.toContain('hunter2')
  })

  it('takes out secrets of any form, wherever the text is cut off', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (secret, cut) => {
        const head = '{"payload":{"accessToken":'
        const text = `${head}${JSON.stringify(`${secret}<`)},"tokenType":"bearer"}}`
        expect(redact(text)).toBe(`${head}"[redacted]","tokenType":"bearer"}}`)
        expect(redact(text.slice(0, head.length + (cut % (text.length - head.length))))).not.toContain('<')
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    '',
    'hello',
    '{"payloadType":51}',
    '{"payloadType":2142,"payload":{"errorCode":"CH_ACCESS_TOKEN_INVALID","description":"Invalid access token"}}',
    '{"payload":{"description":"accessToken is missing"}}',
    '{"myAccessToken":"a","accessTokens":"b","accesstoken":"c"}',
    '["accessToken","refreshToken"]',
    '{"name":"accessToken","value":1}',
    '{"accessToken":"[redacted]","a":1}',
  ])('leaves other text as it is: %s', text => {
    expect(redact(text)).toBe(text)
  })
})
