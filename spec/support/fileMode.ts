/** The mode of a file that only its owner can read. Windows has other rights, and shows this instead. */
export const OWNER_ONLY = process.platform === 'win32' ? 0o666 : 0o600
