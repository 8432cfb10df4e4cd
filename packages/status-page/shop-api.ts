import { readMetrics, type Scrape } from './read-metrics'

/** These types follow the contracts in `functions/operations/contract.ts` and `functions/dead-letters/contract.ts`. */
export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'unavailable' | 'draining'
  readonly dependencies: Readonly<Record<string, DependencyState>>
}

export interface DependencyState {
  readonly status: 'up' | 'down'
  readonly required: boolean
  readonly latency_ms: number
  readonly reason?: string
}

export interface About {
  readonly service: string
  readonly version: string
  readonly home: string
  readonly access: 'open' | 'protected'
  readonly node: string
  readonly cpus: number
  readonly dependencies: readonly { readonly name: string; readonly status: string; readonly version?: string }[]
  readonly durability: readonly { readonly channel: string; readonly name: string; readonly value: string }[]
}

export interface DeadLetterSummary {
  readonly id: string
  readonly broker: string
  readonly source: string
  readonly position?: string
  readonly message_id: string
  readonly key?: string
  readonly cause: { readonly code: string; readonly detail: string }
  readonly status: string
  readonly failures: number
  readonly first_failed_at: string
  readonly last_failed_at: string
}

export interface DeadLetter extends DeadLetterSummary {
  readonly body: string
  readonly body_encoding: 'utf-8' | 'base64'
  readonly headers: Readonly<Record<string, string>>
}

export interface DeadLetterPage {
  readonly items: readonly DeadLetterSummary[]
  readonly next_cursor?: string
}

/** The shop responded with an error; the message is its own. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}

const TIMEOUT_MS = 8_000

/** All paths are relative to the page, so that it works under any prefix. */
export async function getScrape(): Promise<Scrape> {
  return readMetrics(await (await request('metrics')).text())
}

export async function getReadiness(): Promise<Readiness> {
  // An unavailable shop responds with 503 and the same body.
  const response = await request('ready', {}, [503])
  return (await response.json()) as Readiness
}

export async function getAbout(): Promise<About> {
  return (await (await request('about')).json()) as About
}

export async function getOpenDeadLetters(limit: number): Promise<DeadLetterPage> {
  return (await (await request(`dead-letters?status=open&limit=${limit}`)).json()) as DeadLetterPage
}

export async function getDeadLetter(id: string): Promise<DeadLetter> {
  return (await (await request(`dead-letters/${encodeURIComponent(id)}`)).json()) as DeadLetter
}

export async function settleDeadLetter(id: string, settlement: 'replay' | 'discard'): Promise<void> {
  const path = `dead-letters/${encodeURIComponent(id)}`
  if (settlement === 'replay') await request(`${path}/replay`, { method: 'POST' })
  else await request(path, { method: 'DELETE' })
}

interface Session {
  /** Whether the shop would refuse all requests of operators. */
  readonly isNeeded: boolean
  readonly headers: Readonly<Record<string, string>>
}

let session: Session = { isNeeded: false, headers: {} }

/** Sets the token with which the page sends its requests. */
export function useSession(given: Session): void {
  session = given
}

/** @throws {RefusedError} with the detail of the problem, and the error of `fetch` if the shop does not respond */
async function request(path: string, options: RequestInit = {}, expected: readonly number[] = []): Promise<Response> {
  if (session.isNeeded && path !== 'ready') throw new RefusedError('sign in as an operator to see the rest.')
  const response = await fetch(path, {
    ...options,
    headers: session.headers,
    cache: 'no-store',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (response.ok || expected.includes(response.status)) return response
  throw new RefusedError(await problemOf(response))
}

async function problemOf(response: Response): Promise<string> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true
  if (!isProblem) return `the shop responded with ${response.status}`
  const { detail } = (await response.json()) as { detail: string }
  return detail
}
