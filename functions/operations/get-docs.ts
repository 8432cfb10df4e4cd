import { access } from '../composition/settings'
import { http } from '../composition/telemetry'
import { type PageResponse, readPage } from '../read-page'
import { getDocs } from './contract'

let page: PageResponse | undefined

export const handler = http(getDocs, () => {
  // The page is large and rarely requested, so it is read on the first request.
  page ??= readPage(import.meta.dirname, 'docs', access)
  return page
})
