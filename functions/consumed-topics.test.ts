import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { consumedTopics } from '@ecommerce/adapters/kafka'
import { parseConfig } from '@ecommerce/runtime/config'
import { EVENT_SETTINGS } from '@ecommerce/runtime/event-source-settings'
import { expect, it } from 'vitest'
import { parse } from 'yaml'

interface KafkaEvent {
  readonly topic: string
  readonly consumerGroupId: string
}

type Functions = Readonly<Record<string, { readonly events?: readonly { readonly kafka?: KafkaEvent }[] }>>

const config: Readonly<Record<string, unknown>> = { ...parseConfig({}) }

/** Replaces the variables of the framework by the settings. */
function resolved(text: string): string {
  return text.replace(/\$\{self:custom\.eventSources\.names\.(\w+)\}/g, (_, name: keyof typeof EVENT_SETTINGS) =>
    String(config[EVENT_SETTINGS[name]]),
  )
}

function declared(): { topic: string; group: string }[] {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('functions.yml'))
    .map((file): Functions => parse(readFileSync(join(import.meta.dirname, file), 'utf8')))
    .flatMap((functions) => Object.values(functions))
    .flatMap(({ events = [] }) => events.flatMap(({ kafka }) => kafka ?? []))
    .map(({ topic, consumerGroupId }) => ({ topic: resolved(topic), group: resolved(consumerGroupId) }))
}

it('the measured consumer groups are those that the functions declare', () => {
  const byTopic = (a: { topic: string }, b: { topic: string }) => a.topic.localeCompare(b.topic)

  expect(declared().sort(byTopic)).toEqual(consumedTopics(parseConfig({})).toSorted(byTopic))
})
