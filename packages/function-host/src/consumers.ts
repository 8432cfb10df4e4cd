import type { Config } from '@ecommerce/runtime'
import { toBrokerSettings, toEventSettings } from '@ecommerce/runtime/event-source-settings'
import { type EventSources, type Invoke, openEventSources } from 'serverless-offline-brokers/without-framework'
import type { Manifest } from './manifest'
import type { Functions } from './select-functions'

export interface ConsumersLog {
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

/** The event sources of the selected functions, with the settings of this process; undefined if there are none. */
export async function openConsumers(
  manifest: Manifest,
  functions: Functions,
  { config, invoke, log }: { readonly config: Config; readonly invoke: Invoke; readonly log: ConsumersLog },
): Promise<EventSources | undefined> {
  const consumers = Object.entries(functions).filter(([, { eventSources }]) => eventSources.length > 0)
  if (consumers.length === 0) return undefined
  const definitions = consumers.map(([key, { timeoutSeconds, eventSources }]) => [
    key,
    { timeout: timeoutSeconds, events: eventSources.map((event) => withSettings(event, toEventSettings(config))) },
  ])
  return openEventSources(
    {
      name: manifest.service,
      region: manifest.region,
      functions: Object.fromEntries(definitions),
      settings: toBrokerSettings(config),
    },
    {
      invoke,
      log: {
        notice: (message) => log.info(message),
        info: (message) => log.info(message),
        warning: (message) => log.warn(message),
        error: (message) => log.error(message),
      },
    },
  )
}

/** Replaces each reference such as `{KAFKA_TOPIC}` by the setting. @throws for a setting that does not exist */
export function withSettings(value: unknown, settings: object): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\{([A-Z][A-Z0-9_]*)\}/g, (_, name: string) => {
      if (!(name in settings)) throw new Error(`${value}: there is no such setting`)
      return String(settings[name as keyof typeof settings])
    })
  }
  if (Array.isArray(value)) return value.map((each) => withSettings(each, settings))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withSettings(each, settings)]))
}
