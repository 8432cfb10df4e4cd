import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROLES, type Role, SCOPES } from '@ecommerce/runtime'
import { ACCESS_MATRIX, CALLERS } from '@ecommerce/testing/access-matrix'
import { expect, it } from 'vitest'
import { API_ROUTES } from './api'

const text = readFileSync(join(import.meta.dirname, '..', 'docs', 'security.md'), 'utf8')
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )

it('documents the access matrix as it is tested', () => {
  const documented = rows.filter(([name]) => /^`(GET|POST|PUT|PATCH|DELETE) /.test(name ?? ''))
  const tested = API_ROUTES.map(({ operationId, method, path }) => [
    `\`${method} ${path}\``,
    ...CALLERS.map((caller) => String(ACCESS_MATRIX[operationId]?.[caller])),
  ])

  expect(documented.sort()).toEqual(tested.sort())
})

it('documents the scopes and the roles as they are', () => {
  const roles: readonly Role[] = ['customer', 'staff', 'operator']
  const documented = rows.filter(([name]) => Object.hasOwn(SCOPES, name?.replaceAll('`', '') ?? ''))
  const actual = Object.entries(SCOPES).map(([scope, meaning]) => [
    `\`${scope}\``,
    meaning,
    ...roles.map((role) => (ROLES[role].some((one) => one === scope) ? 'yes' : '')),
  ])

  expect(documented).toEqual(actual)
})
