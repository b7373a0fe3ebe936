import { ProtoOAPositionStatus } from 'rx-ctrader/protocol'
import type { CommandLine } from '../support/commandLine'

/** Opens a position and places an order, so that each command of the table has something to show and to change. */
export const prepareAccount = async ({ run }: CommandLine): Promise<void> => {
  // A journal is for one process at a time, and the commands may be others.
  const more = ['--yes', '--journal', 'prepared.jsonl']
  await run(['buy', 'BTCUSD', '0.02', ...more])
  await run(['buy', 'BTCUSD', '0.01', '--limit', '1000', ...more])
}

const ledger = ({ broker }: CommandLine) => broker.exchange.ledger(12345678)

/** The oldest position that is open, and the latest order at a price. */
export const positionId = (line: CommandLine): string => {
  const isOpen = ProtoOAPositionStatus.POSITION_STATUS_OPEN
  return String(ledger(line).positions.find(({ positionStatus }) => positionStatus === isOpen)?.positionId)
}
export const orderId = (line: CommandLine): string =>
  String(
    ledger(line)
      .orders.filter(({ limitPrice }) => limitPrice !== undefined)
      .at(-1)?.orderId,
  )

/** A command line, and what it writes into a pipe. */
export type CommandRow = readonly [args: (line: CommandLine) => readonly string[], text: RegExp]

const day = ['--from', '2031-01-07', '--to', '2031-01-08'] as const

/** A command line of each command that shows something, and ends by itself. */
export const showing: Readonly<Record<string, CommandRow>> = {
  doctor: [() => [], /^ok +credentials/],
  accounts: [() => [], /^\* +12345678/m],
  watch: [() => ['BTCUSD', '--count', '1'], /^account 12345678/],
  positions: [() => [], /BTCUSD +buy/],
  orders: [() => [], /BTCUSD +buy/],
  pnl: [() => [], /equity/],
  deals: [() => ['--from', '2031-01-08', '--to', '2031-01-09'], /BTCUSD +buy/],
  symbols: [() => ['gold'], /XAUUSD/],
  symbol: [() => ['EURUSD'], /digits +5/],
  quotes: [() => ['EURUSD', '--count', '1'], /EURUSD {2}\d\.\d{5}/],
  candles: [() => ['EURUSD', 'M1', '--count', '1'], /^2031-01-08 /],
  depth: [() => ['EURUSD', '--count', '1'], /EURUSD {2}bids/],
  export: [() => ['EURUSD', 'M1', ...day, '-o', 'bars.csv', '--force'], /^bars\.csv: [\d,]+ rows/],
  record: [() => ['EURUSD', '--seconds', '0.1', '-o', 'session.jsonl', '--force'], /^session\.jsonl: /],
  completion: [() => ['bash'], /^_rx_ctrader\(\)/],
}

/** Those that trade, to be run one after the other: each needs what is there before, and they share a journal. */
export const trading: Readonly<Record<string, CommandRow>> = {
  buy: [() => ['BTCUSD', '0.01', '--yes'], /^filled/m],
  sell: [() => ['BTCUSD', '0.01', '--yes'], /^filled/m],
  amend: [line => [orderId(line), '--price', '1001', '--yes'], /^changed/m],
  close: [line => [positionId(line), '0.01', '--yes'], /^filled/m],
  cancel: [line => [orderId(line), '--yes'], /^cancelled/m],
}
