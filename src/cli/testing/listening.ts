/** Why a port cannot be listened on, and what to do. */
export const listenFailure = (error: unknown, host: string, port: number): string => {
  const { code, message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is in use: try another --port, or --port 0 for a free one.`
    case 'EACCES':
      return `Port ${port} of ${host} is not allowed to you: try another --port.`
    case 'EADDRNOTAVAIL':
    case 'EAI_AGAIN':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine.`
    default:
      return message
  }
}
