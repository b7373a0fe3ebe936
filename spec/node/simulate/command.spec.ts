import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { Subject, firstValueFrom } from 'rxjs'
import { runCommand } from '../../../src/node/simulate/command'
import type { Terminal } from '../../../src/node/simulate/command'

/** A terminal that notes what is said on it. */
const terminal = () => {
  const said$ = new Subject<string>()
  const said: string[] = []
  const complaints: string[] = []
  const codes: number[] = []
  const stop$ = new Subject<void>()
  const noted: Terminal = {
    say: text => {
      said.push(text)
      said$.next(text)
    },
    complain: text => {
      complaints.push(text)
      said$.next(text)
    },
    stop$,
    exitWith: code => {
      codes.push(code)
    },
  }
  return { noted, said$, said, complaints, codes, stop$ }
}

describe('the command', () => {
  it('says how it is used when asked, and ends well', () => {
    const { noted, said, codes } = terminal()
    runCommand(['--help'], noted)
    expect(said.join()).toContain('rx-ctrader simulate')
    expect(codes).toEqual([])
  })

  it('says what is wrong with its arguments, and how it is used', () => {
    const { noted, said, complaints, codes } = terminal()
    runCommand(['simulate', '--port', 'all'], noted)
    expect(complaints.join()).toMatch(/^--port must[^]*Usage:/)
    expect([said, codes]).toEqual([[], [2]])
  })

  it('serves a simulator until it is stopped', async () => {
    const { noted, said$, stop$, codes } = terminal()
    const greeting = firstValueFrom(said$)
    runCommand(['simulate', '--port', '0'], noted)
    const url = /http:[^ ]*status/.exec(await greeting)?.[0] ?? ''
    expect((await fetch(url)).status).toBe(200)
    stop$.next()
    await expect(fetch(url)).rejects.toThrow()
    expect(codes).toEqual([])
  })

  it.each([
    ['a port that is taken', (port: number) => ['--port', `${port}`], /is in use: try another --port/],
    [
      'a host that is elsewhere',
      () => ['--port', '0', '--host', '192.0.2.1'],
      /is not an address of this machine/,
    ],
  ])('says why it cannot listen on %s', async (_, args, words) => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => taken.once('listening', resolve))
    const { noted, said$, complaints, codes } = terminal()
    const complaint = firstValueFrom(said$)
    runCommand(['simulate', ...args((taken.address() as AddressInfo).port)], noted)
    await complaint
    taken.close()
    expect(complaints.join()).toMatch(words)
    expect(codes).toEqual([1])
  })
})
