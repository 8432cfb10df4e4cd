import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface PageResponse {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * The response with a page that the build wrote into the folder: `<name>.html`, and its content security policy in
 * `<name>.policy`.
 */
export function readPage(folder: string, name: string): PageResponse {
  const read = (extension: string) => readFileSync(join(folder, `${name}.${extension}`), 'utf8')
  return {
    headers: {
      'content-security-policy': read('policy'),
      'cache-control': 'no-cache',
    },
    body: read('html'),
  }
}
