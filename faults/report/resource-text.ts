import { formatCount } from '@ecommerce/look/format'
import type { ResourceTrend } from '../results'

/** For example `memory: 180 MB at first, 190 MB at last, limit 250 MB: flat`. */
export function resourceText({ name, unit, first, last, limit, isFlat }: ResourceTrend): string {
  const format = (value: number) => (unit === 'bytes' ? `${formatCount(value / 1_000_000)} MB` : formatCount(value))
  return `${name}: ${format(first)} at first, ${format(last)} at last, limit ${format(limit)}: ${isFlat ? 'flat' : 'growing'}`
}
