import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseEnv } from 'node:util'

export type Addresses = Readonly<Record<string, string>>

/** The recorded addresses; empty before the first record. */
export function readAddresses(file: string): Addresses {
  if (!existsSync(file)) return {}
  return Object.fromEntries(
    Object.entries(parseEnv(readFileSync(file, 'utf8'))).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  )
}

/**
 * Adds addresses in use to the recorded ones. A variable that the user set is never recorded, because the record would
 * still apply after the user removes it.
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

/** Replaces the file atomically. Only this user can read it, because it contains a password. */
function write(file: string, addresses: Addresses): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, formatAddresses(addresses), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** Formats as dotenv, with a quote that the value does not contain. */
export function formatAddresses(addresses: Addresses): string {
  const lines = Object.entries(addresses).map(([key, value]) => {
    const quote = ["'", '"', '`'].find((candidate) => !value.includes(candidate))
    if (quote === undefined || value.includes('\n')) throw new Error(`${key} cannot be written to an env file`)
    return `${key}=${quote}${value}${quote}`
  })
  return ['# Addresses of the local servers, written when they start. To set your own, use .env.', ...lines, ''].join(
    '\n',
  )
}
