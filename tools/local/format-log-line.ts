const TIME = { from: 'yyyy-mm-ddT'.length, to: 'yyyy-mm-ddThh:mm:ss.mmm'.length }

/** Makes a line of the JSON log readable for a person; returns any other line unchanged. */
export function formatLogLine(line: string): string {
  const entry = parseEntry(line)
  if (entry === undefined) return line
  const { time, level, msg, err, ...rest } = entry
  const clockTime = String(time).slice(TIME.from, TIME.to)
  const fields = Object.entries(rest).map(([name, value]) => `${name}=${toText(value)}`)
  const head = [`${clockTime} ${String(level).padEnd(5)} ${toText(msg ?? '')}`, ...fields].join('  ')
  return [head, ...describeError(err)].join('\n')
}

type Entry = Readonly<Record<string, unknown>>

function parseEntry(line: string): Entry | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const entry: unknown = JSON.parse(line)
    return isEntry(entry) && 'level' in entry && 'time' in entry ? entry : undefined
  } catch {
    return undefined
  }
}

/** The stack of the error, which begins with its message, and the stacks of its causes. */
function describeError(error: unknown): string[] {
  if (!isEntry(error)) return []
  const code = error.code === undefined ? '' : ` (${toText(error.code)})`
  const described = indented(`${toText(error.stack ?? error.message ?? 'unknown error')}${code}`)
  return error.cause === undefined ? [described] : [described, ...describeError(error.cause)]
}

function indented(text: string): string {
  return text.replace(/^/gm, '  ')
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
