import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseEnv } from 'node:util'

export type Addresses = Readonly<Record<string, string>>

/** The recorded addresses; none when nothing was recorded yet. */
export function readAddresses(file: string): Addresses {
  if (!existsSync(file)) return {}
  return Object.fromEntries(
    Object.entries(parseEnv(readFileSync(file, 'utf8'))).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  )
}

/**
 * Records addresses in use beside the ones already there. A key the user sets himself is never recorded: it would
 * come back to life once he removes it.
 */
export function recordAddresses(file: string, inUse: Addresses, setByUser: ReadonlySet<string>): void {
  const kept = Object.entries({ ...readAddresses(file), ...inUse }).filter(([key]) => !setByUser.has(key))
  write(file, Object.fromEntries(kept))
}

export function forgetAddresses(file: string, keys: readonly string[]): void {
  const rest = Object.entries(readAddresses(file)).filter(([key]) => !keys.includes(key))
  if (rest.length === 0) rmSync(file, { force: true })
  else write(file, Object.fromEntries(rest))
}

/** Written aside and renamed: a reader sees the old file or the new one. For us alone, as it holds a password. */
function write(file: string, addresses: Addresses): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, formatAddresses(addresses), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** dotenv syntax; the quote is one that the value does not hold. */
export function formatAddresses(addresses: Addresses): string {
  const lines = Object.entries(addresses).map(([key, value]) => {
    const quote = ["'", '"', '`'].find((candidate) => !value.includes(candidate))
    if (quote === undefined || value.includes('\n')) throw new Error(`${key} cannot be written to an env file`)
    return `${key}=${quote}${value}${quote}`
  })
  return [
    '# Addresses of the local servers, written when they are brought up. To choose your own, use .env.',
    ...lines,
    '',
  ].join('\n')
}
