import type { FunctionDefinition, Manifest } from './manifest'

export type Functions = Readonly<Record<string, FunctionDefinition>>

/** The manifest does not contain the selected service or function. */
export class SelectionError extends Error {
  override readonly name = 'SelectionError'
  readonly code = 'unknown-selection'
}

/** Selects the functions of a host; without a service and without patterns, all of them. */
export interface Selection {
  /** The name of a service of the manifest. */
  readonly service?: string | undefined
  /** Patterns; they override the service. */
  readonly functions?: readonly string[] | undefined
}

/** @throws {SelectionError} with the names that exist */
export function selectFunctions(manifest: Manifest, { service, functions }: Selection): Functions {
  const patterns = functions ?? (service === undefined ? ['*'] : serviceOf(manifest, service).functions)
  const all = Object.entries(manifest.functions)
  for (const pattern of patterns) {
    if (!all.some(([key, { group }]) => matches(pattern, group, key))) {
      throw new SelectionError(`no function matches ${pattern}. There are: ${groupsOf(manifest).join(', ')}`)
    }
  }
  return Object.fromEntries(all.filter(([key, { group }]) => patterns.some((pattern) => matches(pattern, group, key))))
}

/** @throws {SelectionError} */
export function serviceOf({ services }: Manifest, name: string) {
  const service = services[name]
  if (service === undefined) {
    throw new SelectionError(`no service is called ${name}. There are: ${Object.keys(services).join(', ')}`)
  }
  return service
}

function matches(pattern: string, group: string, key: string): boolean {
  return pattern === '*' || pattern === group || pattern === `${group}/*` || pattern === `${group}/${key}`
}

function groupsOf({ functions }: Manifest): string[] {
  return [...new Set(Object.values(functions).map(({ group }) => `${group}/*`))]
}
