import type { LoggedMessage } from '../results'

const MOST = 6

/** The most frequent warnings and errors in lines of JSON. Other lines count as level `output`. */
export function loggedMessages(log: string): LoggedMessage[] {
  const counts = new Map<string, { level: string; message: string; count: number }>()
  for (const line of log.split('\n')) {
    const entry = readLine(line)
    if (entry === undefined) continue
    const key = `${entry.level} ${entry.message}`
    const known = counts.get(key) ?? { ...entry, count: 0 }
    counts.set(key, { ...known, count: known.count + 1 })
  }
  return [...counts.values()].sort((a, b) => b.count - a.count).slice(0, MOST)
}

function readLine(line: string): { level: string; message: string } | undefined {
  if (line.trim() === '') return undefined
  try {
    const { level, msg, message } = JSON.parse(line) as Record<string, unknown>
    return { level: String(level ?? 'output'), message: String(msg ?? message ?? '').slice(0, 200) }
  } catch {
    return { level: 'output', message: line.slice(0, 200) }
  }
}
