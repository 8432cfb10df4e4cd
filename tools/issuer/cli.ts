import { ConfigError, readConfig } from '@ecommerce/runtime/config'
import { UsageError } from '../usage-error'
import { parseCommandLine } from './command-line'
import { localIssuerUrl } from './local-issuer'
import { requestToken, TokenRequestError } from './request-token'

/** `npm run token`: prints a token of the issuer that `npm start -- --auth` runs, and nothing else. */
try {
  const options = parseCommandLine(process.argv.slice(2))
  console.log(await requestToken(localIssuerUrl(readConfig().LOCAL_ISSUER_PORT), options))
} catch (error) {
  if (![UsageError, ConfigError, TokenRequestError].some((kind) => error instanceof kind)) throw error
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
