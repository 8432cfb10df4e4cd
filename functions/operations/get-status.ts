import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { http } from '../composition/telemetry'
import { getStatus } from './contract'

/** The build writes the page beside this file: one document with its script, its styles and its content policy. */
const page = readFileSync(join(import.meta.dirname, 'status.html'), 'utf8')

const headers = {
  // A page cannot set this itself. It prevents clickjacking: no other page may show this one in a frame.
  'content-security-policy': "frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
}

export const handler = http(getStatus, () => ({ headers, body: page }))
