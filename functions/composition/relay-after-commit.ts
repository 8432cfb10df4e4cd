import { AsyncLocalStorage } from 'node:async_hooks'
import { commits } from './database'
import { config } from './settings'
import { tracer } from './telemetry'

/**
 * Relays events right after the commit that wrote them, where the process may still work then. On Lambda it may not, and
 * the clients of the relay are not loaded.
 */
if (config.OUTBOX_RELAY_AFTER_COMMIT) {
  const outbox = import('./outbox')
  const kick = () => void outbox.then(({ outboxRelay }) => outboxRelay.kick())
  // The relay outlives the request that started it, so it must not join its trace.
  commits.on('committed', tracer === undefined ? kick : AsyncLocalStorage.bind(kick))
}
