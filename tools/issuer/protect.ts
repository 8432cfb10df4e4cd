import type { Config } from '@ecommerce/runtime/config'
import { PortTakenError } from '../local/choose-ports'
import { isPortFree } from '../local/free-port'
import { UsageError } from '../usage-error'
import { LOCAL_AUDIENCE, startLocalIssuer } from './local-issuer'

export interface Protection {
  readonly settings: Pick<Config, 'AUTH_ISSUER' | 'AUTH_AUDIENCE'>
  /** The same for the functions. */
  readonly environment: Readonly<Record<string, string>>
}

/** Starts the local issuer in this process, and returns the settings of a shop that accepts its tokens. */
export async function protectWithLocalIssuer(config: Config): Promise<Protection> {
  const { AUTH_ISSUER, LOCAL_ISSUER_PORT } = config
  if (AUTH_ISSUER !== undefined)
    throw new UsageError(`--auth is for a shop without AUTH_ISSUER`, 'npm start [-- --auth]')
  if (!(await isPortFree(LOCAL_ISSUER_PORT))) throw new PortTakenError('LOCAL_ISSUER_PORT', LOCAL_ISSUER_PORT)
  const { url } = await startLocalIssuer(LOCAL_ISSUER_PORT)
  return {
    settings: { AUTH_ISSUER: url, AUTH_AUDIENCE: [LOCAL_AUDIENCE] },
    environment: { AUTH_ISSUER: url, AUTH_AUDIENCE: LOCAL_AUDIENCE },
  }
}
