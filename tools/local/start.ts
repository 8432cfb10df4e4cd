import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from '../../packages/build/src/build.mjs'
import { UsageError } from '../usage-error'
import type { NodesRequest } from './cluster/choose-nodes'
import { NODES, parseNodes } from './cluster/parse-nodes'
import { runShop } from './run-shop'
import { SERVER_NAMES } from './server'

const ROOT = join(import.meta.dirname, '..', '..')
const USAGE = `npm start -- [--auth] [--nodes ${NODES.join('|')}]

--auth    runs a local identity provider: requests need a token
--nodes   starts each server as a cluster of so many nodes on this machine; 1 is a single server`

await runShop(() => ({ build, functionsLocation: ROOT, withIssuer: readArguments().auth }), requestedNodes)

function requestedNodes(): NodesRequest | undefined {
  const nodes = parseNodes(readArguments().nodes, USAGE)
  return nodes === undefined ? undefined : { nodes, servers: SERVER_NAMES }
}

function readArguments() {
  try {
    return parseArgs({ options: { auth: { type: 'boolean', default: false }, nodes: { type: 'string' } } }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.replace(/\.$/, '') : String(error), USAGE)
  }
}
