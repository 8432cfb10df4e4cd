import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import { resultsJsonSchema, resultsSchema } from './results-schema'
import { sampleResults } from './testing/sample-results'

const PUBLISHED = join(import.meta.dirname, '..', 'docs', 'load-results.schema.json')

/**
 * To publish a new version: `npx tsx -e "import('./load/results-schema.ts').then((it) =>
 * console.log(JSON.stringify(it.resultsJsonSchema())))" > docs/load-results.schema.json`, and `npm run format`.
 */
it('is published in its current version', async () => {
  expect(JSON.parse(await readFile(PUBLISHED, 'utf8'))).toEqual(resultsJsonSchema())
})

it('accepts results, both as published and as read', async () => {
  const validate = new Ajv2020({ validateFormats: false }).compile(JSON.parse(await readFile(PUBLISHED, 'utf8')))
  const results = JSON.parse(JSON.stringify(sampleResults({ withSaturation: true })))

  expect(validate(results), JSON.stringify(validate.errors)).toBe(true)
  expect(resultsSchema.parse(results)).toEqual(results)
  expect(validate({ ...results, channels: [{}] })).toBe(false)
})

it('allows unknown members, because a later tool of the same version may add some', () => {
  expect(resultsSchema.safeParse({ ...sampleResults(), novelty: 1 }).success).toBe(true)
})
