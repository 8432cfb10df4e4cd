import { http } from '../composition/telemetry'
import { getHealth } from './contract'

export const handler = http(getHealth, () => ({ body: { status: 'alive' as const } }))
