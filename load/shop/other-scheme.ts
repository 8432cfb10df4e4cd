import { once } from 'node:events'
import { connect } from 'node:tls'
import { HttpClient } from './http-client'

const TIMEOUT_MS = 3_000

/**
 * The address with the other scheme, if the server at the port speaks that one: a server that speaks HTTPS closes a
 * connection without TLS, and a server that speaks HTTP cannot start TLS. Undefined if it speaks neither.
 */
export async function addressWithOtherScheme(url: string): Promise<string | undefined> {
  const { protocol, hostname, port } = new URL(url)
  const other = protocol === 'https:' ? url.replace(/^https:/, 'http:') : url.replace(/^http:/, 'https:')
  // Without a port, the other scheme has another default port, so another server.
  if (port === '') return undefined
  const speaks = protocol === 'https:' ? await speaksHttp(other) : await speaksTls(hostname, Number(port))
  return speaks ? other : undefined
}

async function speaksHttp(url: string): Promise<boolean> {
  const client = new HttpClient(url)
  try {
    await client.send('GET', '/health', TIMEOUT_MS)
    return true
  } catch {
    // The caller reports the first error; this one only means no.
    return false
  } finally {
    await client.close()
  }
}

async function speaksTls(hostname: string, port: number): Promise<boolean> {
  // Nothing is sent over this connection, so its certificate does not matter.
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port, rejectUnauthorized: false })
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(TIMEOUT_MS) })
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
