import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { http } from '../composition/telemetry'
import { getDocs } from './contract'

let page: string | undefined

export const handler = http(getDocs, () => {
  page ??= readPage()
  return { body: page }
})

/** The build writes the page beside this file. It is large and rarely requested, so it is read on the first request. */
function readPage(): string {
  return readFileSync(join(import.meta.dirname, 'docs.html'), 'utf8')
}
