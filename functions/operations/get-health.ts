import { http } from '../composition'
import { getHealth } from './contract'

export const handler = http(getHealth, () => ({ body: { status: 'alive' as const } }))
