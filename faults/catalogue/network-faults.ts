import { setTimeout as delay } from 'node:timers/promises'
import type { NetworkFault } from '@ecommerce/testing/network-proxy-fault'
import { SERVER_NAMES, type ServerName } from '../../tools/local/server'
import type { Fault } from './fault'

const NETWORK: readonly { readonly title: string; readonly fault: NetworkFault }[] = [
  { title: 'each byte arrives 400 ms later', fault: { kind: 'latency', delayMs: 400 } },
  { title: 'each connection transports 4 KB per second', fault: { kind: 'throttle', bytesPerSecond: 4_096 } },
  { title: 'connections are accepted, and nothing is forwarded', fault: { kind: 'blackhole' } },
  { title: 'nothing arrives, and no close is seen', fault: { kind: 'partition' } },
  { title: 'connections end in the middle of a message', fault: { kind: 'drop', afterBytes: 3_000 } },
  { title: 'the shop sees the end of each connection', fault: { kind: 'half-close', direction: 'toClient' } },
  { title: 'connections are reset', fault: { kind: 'reset' } },
  { title: 'connections end, and new ones are refused', fault: { kind: 'refuse' } },
  { title: 'connections are reset every second', fault: { kind: 'flap', everyMs: 500 } },
]

/** The nine faults of the network, between the shop and each server. */
export const NETWORK_FAULTS: readonly Fault[] = SERVER_NAMES.flatMap((name) =>
  NETWORK.map(({ title, fault }) => ({
    id: `${name}:${fault.kind}`,
    target: name,
    title,
    begin: ({ servers }) => servers.proxies[name].apply(fault),
    end: ({ servers }) => servers.proxies[name].heal(),
  })),
)

/** Long enough for statements that are on their way to have been executed. */
const RESPONSES_LOST_FOR_MS = 300

/** First only the responses are lost, so that transactions are open at the server when nothing arrives any more. */
function partitionWithin(name: ServerName, title: string): Fault {
  return {
    id: `${name}:partition-in-transaction`,
    target: name,
    title,
    async begin({ servers }) {
      await servers.proxies[name].apply({ kind: 'partition', direction: 'toClient' })
      await delay(RESPONSES_LOST_FOR_MS)
      await servers.proxies[name].apply({ kind: 'partition' })
    },
    end: ({ servers }) => servers.proxies[name].heal(),
  }
}

export const PARTITION_IN_TRANSACTION = partitionWithin(
  'mysql',
  'nothing arrives, and no close is seen, while transactions hold rows',
)
