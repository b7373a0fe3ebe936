import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { runInProcess } from '../../support/commandLine'

describe('simulate', () => {
  it('serves until it is stopped', async () => {
    const one = runInProcess(['simulate', '--port', '0'])
    await one.until(text => text.includes('Ctrl-C'))
    const url = /http:[^ ]*status/.exec(one.out())?.[0] ?? ''
    expect((await fetch(url)).status).toBe(200)
    one.stop()
    expect(await one.exitCode).toBe(0)
    await expect(fetch(url)).rejects.toThrow()
  })

  it('tells its address and credentials as JSON', async () => {
    const one = runInProcess(['simulate', '--port', '0', '--json'])
    await one.until(text => text.endsWith('\n'))
    one.stop()
    expect(one.json()).toEqual([
      {
        url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+$/) as string,
        credentials: expect.objectContaining({ accountId: 12345678, accessToken: 'demo' }) as object,
      },
    ])
  })

  it.each([
    [[], true],
    [['--no-control'], false],
    [['--host', '0.0.0.0'], false],
    [['--host', '0.0.0.0', '--control'], true],
  ])('with %j has its status on the port: %p', async (args, hasControl) => {
    const one = runInProcess(['simulate', '--port', '0', ...args])
    await one.until(text => text.includes('Ctrl-C'))
    one.stop()
    expect(one.out().includes('/status')).toBe(hasControl)
    expect(/^Warning: .* demo\/demo/m.test(one.out())).toBe(args.includes('--host'))
  })

  it.each([
    ['a port that is taken', (port: number) => ['--port', `${port}`], /is in use: try another --port/],
    ['a host that is elsewhere', () => ['--host', '192.0.2.1'], /is not an address of this machine/],
  ])('says why it cannot listen on %s, with 1', async (_, args, words) => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const one = runInProcess(['simulate', ...args((taken.address() as AddressInfo).port)])
    expect(await one.exitCode).toBe(1)
    taken.close()
    expect(one.err()).toMatch(words)
  })
})
