import { access } from '../composition/settings'
import { http } from '../composition/telemetry'
import { readPage } from '../read-page'
import { getHome } from './contract'

const page = readPage(import.meta.dirname, 'home', access)

export const handler = http(getHome, () => page)
