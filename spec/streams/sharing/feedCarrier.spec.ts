import type { Link } from 'rx-ctrader'
import { feedCarrier } from '../../../src/streams/sharing/feedCarrier'

describe('the carrier of a feed', () => {
  it('is one for each feed, and knows no link of an account that does not use its prices', () => {
    const feed = { name: 'prices' }
    const carrier = feedCarrier(feed)
    expect(feedCarrier(feed)).toBe(carrier)
    expect(feedCarrier({ ...feed })).not.toBe(carrier)
    expect(() => carrier.accountOn({} as Link)).toThrow('the link is of no account of the feed')
  })
})
