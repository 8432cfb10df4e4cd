import { join } from 'node:path'
import { build } from '../../packages/build/src/build.mjs'
import { runShop } from './run-shop'

const ROOT = join(import.meta.dirname, '..', '..')

await runShop(() => ({ build, functionsLocation: ROOT }))
