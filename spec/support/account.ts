/** The account that a simulator has without options. */
export const ACCOUNT = 12345678
