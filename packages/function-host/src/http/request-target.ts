/** The request target without what a proxy would need of it. */
export function splitTarget(target: string): { path: string; query: string } {
  const local = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '') || '/'
  const at = local.indexOf('?')
  const [path, query] = at === -1 ? [local, ''] : [local.slice(0, at), local.slice(at + 1)]
  return { path, query }
}

/** Whether a path is one, and its bytes are text. */
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
