import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { KAFKA_VERSION } from './kafka-server'

it('the code, Maven and Docker use the same Kafka version', () => {
  const read = (...path: string[]) => readFileSync(join(import.meta.dirname, ...path), 'utf8')

  expect(read('kafka', 'pom.xml')).toContain(`<kafka.version>${KAFKA_VERSION}</kafka.version>`)
  expect(read('..', '..', 'docker-compose.yml')).toContain(`image: apache/kafka:${KAFKA_VERSION}\n`)
})
