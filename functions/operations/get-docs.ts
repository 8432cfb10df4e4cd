import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { http } from '../composition'
import { getDocs } from './contract'

/** Written by the build, beside this file: one page with its script and style inside. */
const page = readFileSync(join(import.meta.dirname, 'docs.html'), 'utf8')

export const handler = http(getDocs, () => ({ body: page }))
