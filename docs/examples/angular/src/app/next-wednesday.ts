const WEDNESDAY = 3

/**
 * 15:00 UTC on the Wednesday to come, when London and New York both trade: so that the markets are open whenever one
 * looks at this.
 */
export const nextWednesday = (now: number): number => {
  const day = new Date(now)
  day.setUTCDate(day.getUTCDate() + ((WEDNESDAY - day.getUTCDay() + 7) % 7 || 7))
  return day.setUTCHours(15, 0, 0, 0)
}
