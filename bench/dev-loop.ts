import type { Config } from '@ecommerce/runtime/config'
import { buildBrokersPlugin } from '../packages/build/src/build-brokers-plugin.mjs'
import { asEdition, SourceCopy, untilEdition } from '../test/source-copy'
import type { Finding } from './statistics'

const HANDLER = 'functions/operations/get-health.ts'
const PATH = '/health'
const GOAL_SECONDS = 2
const GIVE_UP_AFTER_MS = 30_000

/** How long a developer waits: for the shop to start while its servers are up, and for a saved handler to respond. */
export async function benchDevLoop(config: Config, repetitions: number): Promise<Finding[]> {
  await buildBrokersPlugin()
  const copy = await SourceCopy.create()
  try {
    const startSeconds = await measureStart(copy, config)
    const saveSeconds = await measureSaves(copy, config, repetitions)
    return [
      { name: 'npm start to first response, servers up', samples: [startSeconds], unit: 's' },
      { name: 'npm run dev: save to first new response', samples: saveSeconds, unit: 's', atMost: GOAL_SECONDS },
    ]
  } finally {
    await copy.remove()
  }
}

async function measureStart(copy: SourceCopy, config: Config): Promise<number> {
  const startedAt = performance.now()
  const server = await copy.start('start', settingsOf(config))
  const seconds = secondsSince(startedAt)
  await server.stop('SIGINT')
  return seconds
}

async function measureSaves(copy: SourceCopy, config: Config, repetitions: number): Promise<number[]> {
  const source = await copy.read(HANDLER)
  const server = await copy.start('dev', settingsOf(config))
  const samples: number[] = []
  // The first save warms up the compiler.
  for (let repetition = 0; repetition <= repetitions; repetition += 1) {
    const name = `edition ${repetition}`
    const savedAt = performance.now()
    await copy.write(HANDLER, asEdition(source, { name }))
    await untilEdition(server, PATH, name, GIVE_UP_AFTER_MS)
    if (repetition > 0) samples.push(secondsSince(savedAt))
  }
  await server.stop('SIGINT')
  return samples
}

function settingsOf(config: Config): Record<string, string> {
  const settings = Object.entries(config).filter(([, value]) => value !== undefined)
  return Object.fromEntries(settings.map(([key, value]) => [key, String(value)]))
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1_000
}
