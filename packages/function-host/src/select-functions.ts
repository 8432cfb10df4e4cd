import type { FunctionDefinition, Manifest } from './manifest'

export type Functions = Readonly<Record<string, FunctionDefinition>>

/** A service or a function that the manifest does not have. */
export class SelectionError extends Error {
  override readonly name = 'SelectionError'
  readonly code = 'unknown-selection'
}

/** What a host serves. Without a service and without patterns: everything. */
export interface Selection {
  /** The name of a service of the manifest. */
  readonly service?: string | undefined
  /** Patterns; they go before the service. */
  readonly functions?: readonly string[] | undefined
}

/** @throws {SelectionError} naming what there is instead */
export function selectFunctions(manifest: Manifest, { service, functions }: Selection): Functions {
  const patterns = functions ?? (service === undefined ? ['*'] : serviceOf(manifest, service).functions)
  const all = Object.entries(manifest.functions)
  for (const pattern of patterns) {
    if (!all.some(([key, { group }]) => isMet(pattern, group, key))) {
      throw new SelectionError(`no function is ${pattern}. There are: ${groupsOf(manifest).join(', ')}`)
    }
  }
  return Object.fromEntries(all.filter(([key, { group }]) => patterns.some((pattern) => isMet(pattern, group, key))))
}

/** @throws {SelectionError} */
export function serviceOf({ services }: Manifest, name: string) {
  const service = services[name]
  if (service === undefined) {
    throw new SelectionError(`no service is called ${name}. There are: ${Object.keys(services).join(', ')}`)
  }
  return service
}

function isMet(pattern: string, group: string, key: string): boolean {
  return pattern === '*' || pattern === group || pattern === `${group}/*` || pattern === `${group}/${key}`
}

function groupsOf({ functions }: Manifest): string[] {
  return [...new Set(Object.values(functions).map(({ group }) => `${group}/*`))]
}
