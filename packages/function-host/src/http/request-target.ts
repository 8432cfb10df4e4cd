/** The parts of a request target (RFC 9112, section 3.2). */
export interface RequestTarget {
  /** Percent-encoded. `*` in `OPTIONS *`. */
  readonly path: string
  readonly query: string
  /** `host:port` of a target in absolute form, which takes precedence over the Host header. */
  readonly authority?: string | undefined
}

const ABSOLUTE = /^https?:\/\/([^/?#]*)/i

export function splitTarget(target: string): RequestTarget {
  if (target.startsWith('/')) return splitQuery(target, undefined)
  const [origin = '', authority] = ABSOLUTE.exec(target) ?? []
  if (authority === undefined) return splitQuery(target, undefined)
  const local = target.slice(origin.length)
  return splitQuery(local.startsWith('/') ? local : `/${local}`, authority)
}

function splitQuery(local: string, authority: string | undefined): RequestTarget {
  const at = local.indexOf('?')
  return at === -1
    ? { path: local, query: '', authority }
    : { path: local.slice(0, at), query: local.slice(at + 1), authority }
}

/** Whether the target is a path that can be decoded as UTF-8. */
export function isDecodable(path: string): boolean {
  if (!path.startsWith('/') || path.includes('#')) return false
  if (!path.includes('%')) return true
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
