/** What a token may permit. A route names the scope that it needs in its contract. */
export const SCOPES = {
  'orders:read': 'Read own orders',
  'orders:write': 'Place and cancel own orders',
  'orders:manage': 'Read, place and cancel the orders of everybody, and change their status',
  'catalogue:write': 'Change products and their stock, and read the stock ledger',
  'dead-letters:manage': 'Read, replay and discard dead letters',
  'operations:read': 'Read metrics, versions and the details of the readiness',
} as const

export type Scope = keyof typeof SCOPES

/** The scopes of each role. A caller may have several roles. */
export const ROLES = {
  customer: ['orders:read', 'orders:write'],
  staff: ['orders:read', 'orders:write', 'orders:manage', 'catalogue:write'],
  operator: ['dead-letters:manage', 'operations:read'],
} as const satisfies Readonly<Record<string, readonly Scope[]>>

export type Role = keyof typeof ROLES

export function isScope(name: string): name is Scope {
  return Object.hasOwn(SCOPES, name)
}

export function isRole(name: string): name is Role {
  return Object.hasOwn(ROLES, name)
}
