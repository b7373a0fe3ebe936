import { commandLine } from '../../support/commandLine'
import { screenText } from './screenText'
import { terminalSvg } from './svg'
import { takePicture } from './takePicture'

jest.setTimeout(60_000)

describe('what a terminal shows', () => {
  it('is what was written last in each place, with its style', () => {
    expect(screenText('a\nb\n\u001b[2A\u001b[Jc\u001b[31md\u001b[39me\rf\n')).toEqual([
      [
        { text: 'f', style: '' },
        { text: 'd', style: 'red' },
        { text: 'e', style: '' },
      ],
      [],
    ])
  })
})

describe('the picture of a terminal', () => {
  it('has each part at its place, without what is special in XML', () => {
    const svg = terminalSvg([[{ text: 'a <b>  c', style: 'bold' }]], 20)
    expect(svg).toContain('<text x="16" y="46" class="bold" textLength="42">a &lt;b&gt;</text>')
    expect(svg).toContain('<text x="74.8" y="46" class="bold" textLength="8.4">c</text>')
  })

  it('is of a real session', async () => {
    const line = await commandLine()
    const svg = await takePicture(line)
    line.close()
    for (const part of ['npx rx-ctrader buy BTCUSD', 'Send it? (y/N) y', 'npx rx-ctrader watch', 'EURUSD'])
      expect(svg).toContain(part)
    expect(svg).not.toMatch(/http(?!:\/\/www\.w3\.org\/2000\/svg)|<script/)
  })
})
