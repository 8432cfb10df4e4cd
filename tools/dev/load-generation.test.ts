import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Manifest } from '../../packages/function-host/src/manifest'
import { loadGeneration } from './load-generation'

const manifest: Manifest = {
  service: 'shop',
  region: 'eu-central-1',
  lifecycle: 'dist/lifecycle.lifecycle',
  services: {},
  functions: {
    greet: {
      name: 'shop-greet',
      group: 'greetings',
      handler: 'dist/greet.handler',
      timeoutSeconds: 1,
      memorySizeMb: 128,
      routes: [],
      schedules: [],
      eventSources: [],
    },
  },
}

describe('a generation', () => {
  let folder: string

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'generation-')))
    await mkdir(join(folder, 'dist'))
    await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }')
    await writeFile(
      join(folder, 'dist', 'lifecycle.js'),
      'exports.lifecycle = { closed: 0, async close() { this.closed++ } }',
    )
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const writeHandler = (source: string) => writeFile(join(folder, 'dist', 'greet.js'), source)
  const loadedFiles = () => Object.keys(createRequire(import.meta.url).cache).filter((file) => file.startsWith(folder))

  it('invokes the handlers of its folder', async () => {
    await writeHandler('exports.handler = (event, context) => [event, context]')
    const generation = await loadGeneration(folder, manifest)

    expect(generation.invoke('dist/greet.handler', 'event', 'context')).toEqual(['event', 'context'])
  })

  it('closes the lifecycle, then unloads its modules and deletes its folder', async () => {
    await writeHandler("exports.handler = () => require('./lifecycle').lifecycle")
    const generation = await loadGeneration(folder, manifest)
    const lifecycle = generation.invoke('dist/greet.handler', {}, {})
    expect(loadedFiles()).not.toEqual([])

    await generation.close()

    expect(lifecycle).toMatchObject({ closed: 1 })
    expect(loadedFiles()).toEqual([])
    expect(existsSync(folder)).toBe(false)
  })

  it.each([
    ["throw new Error('no such setting')", 'no such setting'],
    ['exports.handler = 1', 'dist/greet.handler is not a function'],
    ['exports.other = () => undefined', 'dist/greet.handler does not exist'],
  ])('is unloaded and deleted when it cannot be loaded: %s', async (source, message) => {
    await writeHandler(source)

    await expect(loadGeneration(folder, manifest)).rejects.toThrow(message)
    expect(loadedFiles()).toEqual([])
    expect(existsSync(folder)).toBe(false)
  })
})
