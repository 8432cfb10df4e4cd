import type { Config } from '@ecommerce/runtime'
import type { HttpSettings } from './http-server'

export function toHttpSettings({ HTTP_HOSTS, HTTP_BODY_TIMEOUT_MS }: Config): HttpSettings {
  return { hosts: HTTP_HOSTS, bodyTimeoutMs: HTTP_BODY_TIMEOUT_MS }
}
