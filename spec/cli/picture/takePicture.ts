import type { CommandLine } from '../../support/commandLine'
import { screenText } from './screenText'
import { terminalSvg } from './svg'

const SIZE = { columns: 82, rows: 30 }

const prompt = (command: string): string =>
  `\u001b[32m$\u001b[39m \u001b[1mnpx rx-ctrader ${command}\u001b[22m\n`

/** Trades and looks at the account on a terminal, and draws what it shows. */
export const takePicture = async (line: CommandLine): Promise<string> => {
  const buy = 'buy BTCUSD 0.1 --stop-loss 40000pips'
  // It is traded at any time, also by the clock of this machine.
  const bought = line.start(buy.split(' '), { size: SIZE, answers: ['y'] })
  await bought.exitCode
  const watch = 'watch EURUSD XAUUSD BTCUSD'
  const watched = line.start(watch.split(' '), { size: SIZE })
  const parts = [/\[3[12]m\d/, /XAUUSD +\d/, /BTCUSD +buy[^]*-?\d\.\d\d/]
  await watched.until(text => parts.every(part => part.test(text)))
  watched.stop()
  await watched.exitCode
  // A specified terminal does not show what is typed.
  const typed = bought.all().replace('(y/N) ', '(y/N) y\n')
  const text = [prompt(buy), typed, '\n', prompt(watch), watched.out()].join('')
  return terminalSvg(screenText(text.trimEnd()), SIZE.columns)
}
