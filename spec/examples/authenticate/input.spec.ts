import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { endProgramsAfterEach, fileOf, folder, ready, start, startFrom } from './program'
import { brokerOf, closeServersAfterEach, credentials, serve } from './server'

endProgramsAfterEach()
closeServersAfterEach()

describe('the example with unusable input', () => {
  it.each(['accountId'])('names %s in one line if it is missing', async field => {
    const path = fileOf({ ...credentials, [field]: undefined })
    const program = start('--credentials', path)
    expect(await program.exit).toEqual({ code: 2, signal: null })
    expect(program.lines).toEqual([`${field} in ${path} is missing`])
    expect(program.errors()).toBe('')
  })

  it('says in one line that the credentials are no JSON', async () => {
    const path = fileOf('{ "clientSecret": "SECRET-secret", }')
    const program = start('--credentials', path)
    expect(await program.exit).toEqual({ code: 2, signal: null })
    expect(program.lines).toEqual([expect.stringContaining(`${path} is not valid JSON`)])
    expect(program.errors()).toBe('')
  })

  it.each([
    ['a word as seconds', ['--seconds', 'x', '--simulator'], /^--seconds must be a number/],
    ['an option there is not', ['--second', '2', '--simulator'], /--second/],
    ['something that is no option', ['simulate'], /'simulate'/],
    [
      'a file that is not there',
      ['--credentials', 'nosuch.json'],
      /^--credentials: there is no file nosuch\.json$/,
    ],
    [
      'a server, and a file that is not there',
      ['--server', 'wss://localhost', '--credentials', 'nosuch.json'],
      /there is no file nosuch\.json$/,
    ],
    ['a server for a simulator', ['--simulator', '--server', 'wss://localhost'], /^--simulator has neither/],
    ['plain text to no server', ['--allow-insecure'], /^--allow-insecure is for a --server$/],
  ])('ends before anything is connected, and simulates nothing: %s (F1)', async (_, options, line) => {
    const program = start(...options)
    expect(await program.exit).toEqual({ code: 2, signal: null })
    expect(program.lines).toEqual([expect.stringMatching(line)])
    expect(program.errors()).toBe('')
  })

  it('has no credentials for a server by chance: that is no reason to simulate (F1)', async () => {
    const program = startFrom(mkdtempSync(join(folder, 'empty-')), '--server', 'foo')
    expect(await program.exit).toEqual({ code: 2, signal: null })
    expect(program.lines).toEqual(['--server needs credentials, and there is no file credentials.json'])
  })

  it('refuses a server that is no address (F1)', async () => {
    const program = start('--server', 'foo', '--credentials', fileOf(credentials))
    expect(await program.exit).toEqual({ code: 2, signal: null })
    expect(program.lines.at(-1)).toBe('url is not a URL')
    expect(program.lines[0]).toContain('the server an unusable URL')
  })

  it('goes to another machine in plain text where that is wanted (F4)', async () => {
    const server = await serve(brokerOf())
    const url = server.url.replace('127.0.0.1', '0.0.0.0')
    const program = start('--server', url, '--allow-insecure', '--credentials', fileOf(credentials))
    await program.says(ready)
    program.interrupt()
    expect(await program.exit).toEqual({ code: 0, signal: null })
  })

  it('refuses an address that would carry the secrets in plain text', async () => {
    const program = start('--server', 'ws://example.com:5036', '--credentials', fileOf(credentials))
    const ended = await program.exit
    expect(program.lines).toEqual([
      expect.stringContaining('the server example.com:5036') as string,
      expect.stringMatching(/^url must begin with wss:.*allowInsecure$/) as string,
    ])
    expect(program.errors()).toBe('')
    expect(ended).toEqual({ code: 2, signal: null })
  })
})
