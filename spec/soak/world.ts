/** Two accounts of one grant, one of another. */
export const accountIds = [11, 12, 21] as const

export const accounts = accountIds.map(accountId => ({
  accountId,
  isLive: false,
  traderLogin: accountId,
  brokerTitleShort: 'Test',
}))

export const grants = [
  { accessToken: 'access-a', refreshToken: 'refresh-a', accountIds: [11, 12], permissionScope: 1 },
  { accessToken: 'access-b', refreshToken: 'refresh-b', accountIds: [21], permissionScope: 1 },
] as const
