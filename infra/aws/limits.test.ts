import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const ROOT = join(import.meta.dirname, '..', '..')
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
/** The account limit of 1,000, without the 100 that AWS keeps free. */
const MAX_RESERVED = 900

const { extensions } = parse(read('infra/aws/limits.yml')) as {
  extensions: Record<string, { Properties: { ReservedConcurrentExecutions?: number } }>
}
const reserved = new Map(
  Object.entries(extensions).flatMap(([name, { Properties }]) =>
    Properties.ReservedConcurrentExecutions === undefined ? [] : [[name, Properties.ReservedConcurrentExecutions]],
  ),
)

/** The functions whose code, or that of their folder, opens a database. */
const functions = readdirSync(join(ROOT, 'functions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && readdirSync(join(ROOT, 'functions', entry.name)).includes('functions.yml'))
  .flatMap(({ name }) =>
    Object.keys(parse(read(`functions/${name}/functions.yml`)) as object).map((key) => [name, key]),
  )
const withDatabase = functions.filter(([folder = '', key = '']) =>
  /composition\/(orders|products|dead-letters|operations|outbox|placement|database)'/.test(
    read(`functions/${folder}/${key}.ts`),
  ),
)

describe('the limits on AWS', () => {
  it('reserve concurrency for every function that uses the database, and for no other', () => {
    const names = withDatabase.map(([, key = '']) => logicalNameOf(key)).sort()

    expect([...reserved.keys()].sort()).toEqual(names)
  })

  it('fit into an account, and into the connections that the file names', () => {
    const sum = [...reserved.values()].reduce((total, one) => total + one, 0)
    const { MYSQL_POOL_SIZE } = parse(read('infra/aws/environment-aws.yml')) as { MYSQL_POOL_SIZE: string }

    expect(sum).toBeLessThanOrEqual(MAX_RESERVED)
    expect(read('infra/aws/limits.yml')).toContain(`add up to ${sum}`)
    expect(read('infra/aws/limits.yml').replaceAll('\n# ', ' ')).toContain(
      `at most ${sum * Number(MYSQL_POOL_SIZE)} connections`,
    )
  })
})

/** As the framework names the resource of a function. */
function logicalNameOf(key: string): string {
  return `${key[0]?.toUpperCase()}${key.slice(1).replaceAll('-', 'Dash')}LambdaFunction`
}
