import { access } from '../composition/settings'
import { http } from '../composition/telemetry'
import { readPage } from '../read-page'
import { getStatus } from './contract'

const page = readPage(import.meta.dirname, 'status', access)

export const handler = http(getStatus, () => page)
