import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { http } from '../composition/telemetry'
import { getStatus } from './contract'

/** Written by the build, beside this file, from `status-page/`: one page with its script, its styles and its policy. */
const page = readFileSync(join(import.meta.dirname, 'status.html'), 'utf8')

const headers = {
  // What a page cannot say of itself: nobody may show it in a frame and lead clicks to its buttons.
  'content-security-policy': "frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
}

export const handler = http(getStatus, () => ({ headers, body: page }))
