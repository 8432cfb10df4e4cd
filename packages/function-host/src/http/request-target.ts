/** The path and the query of a request target, without the origin that a proxy receives. */
export function splitTarget(target: string): { path: string; query: string } {
  const local = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '') || '/'
  const at = local.indexOf('?')
  const [path, query] = at === -1 ? [local, ''] : [local.slice(0, at), local.slice(at + 1)]
  return { path, query }
}

/** Whether the target is a path that can be decoded as UTF-8. */
export function isDecodable(path: string): boolean {
  if (!path.startsWith('/')) return false
  if (!path.includes('%')) return true
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
