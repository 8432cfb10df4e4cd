import type { SqlValue } from './session'

export interface Condition {
  readonly where: string
  readonly values: SqlValue[]
}

/** A condition with the filters that have a value. */
export function toCondition(filters: readonly (readonly [condition: string, value: SqlValue])[]): Condition {
  const given = filters.filter(([, value]) => value !== undefined)
  return {
    where: ['TRUE', ...given.map(([condition]) => condition)].join(' AND '),
    values: given.map(([, value]) => value),
  }
}

/** The condition that all of these are true. They are evaluated in this order, so cheap ones come first. */
export function all(conditions: readonly Condition[]): Condition {
  return {
    where: conditions.map(({ where }) => where).join(' AND '),
    values: conditions.flatMap(({ values }) => values),
  }
}
