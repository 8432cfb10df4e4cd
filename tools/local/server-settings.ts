import type { Config } from '@ecommerce/runtime/config'

/** Every setting of the three servers, so that no setting of the user's own servers gets into a test. */
export function serverSettings(config: Config): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => /^(MYSQL|KAFKA|RABBITMQ)_|^NODE_ENV$/.test(key))
      .map(([key, value]) => [key, String(value)]),
  )
}
