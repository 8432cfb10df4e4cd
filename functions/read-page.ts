import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { About } from '@ecommerce/runtime'

export interface PageResponse {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * The response with a page that the build wrote into the folder: `<name>.html`, and its content security policy in
 * `<name>.policy`. The page of a protected shop lets its reader sign in.
 */
export function readPage(folder: string, name: string, access: About['access']): PageResponse {
  const read = (extension: string) => readFileSync(join(folder, `${name}.${extension}`), 'utf8')
  return {
    headers: {
      'content-security-policy': read('policy'),
      'cache-control': 'no-cache',
    },
    body: read('html').replace('<html lang="en">', `<html lang="en" data-access="${access}">`),
  }
}
