import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { http } from '../composition/telemetry'
import { getDocs } from './contract'

let page: string | undefined

export const handler = http(getDocs, () => {
  page ??= readPage()
  return { body: page }
})

/** Written by the build, beside this file: one page with its script and style inside, which few processes ever show. */
function readPage(): string {
  return readFileSync(join(import.meta.dirname, 'docs.html'), 'utf8')
}
