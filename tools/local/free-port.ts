import { connect, createServer } from 'node:net'

/** Whether nothing listens on a port, on any address, and the kernel allows listening on it. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port)) && !(await accepts(port))
}

/**
 * The preferred port when it is free, else the next free port above it.
 * @param reserved ports of servers that do not listen yet
 */
export async function findFreePort(
  preferred: number,
  reserved: ReadonlySet<number> = new Set(),
  isFree: (port: number) => Promise<boolean> = isPortFree,
): Promise<number> {
  for (let port = preferred; port <= 65_535; port += 1) {
    if (!reserved.has(port) && (await isFree(port))) return port
  }
  throw new Error(`no free port from ${preferred} on`)
}

/** Any free port. */
export function anyFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)))
  })
}

/** A port that Docker forwards in the kernel has no listener but accepts connections. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 500 })
    const settle = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => settle(true))
    socket.once('error', () => settle(false))
    socket.once('timeout', () => settle(false))
  })
}
