import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type RunResult, run } from '../local/run'

const CLI = join(import.meta.dirname, 'cli.ts')
const NO_KAFKA = { KAFKA_BROKERS: '127.0.0.1:1' }

function maintain(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<RunResult> {
  return run(process.execPath, ['--import', 'tsx', CLI, ...args], { env })
}

describe('the maintenance commands', () => {
  it('print what would be deleted, and change nothing when nobody can confirm', async () => {
    const { code, stdout, stderr } = await maintain(['reset', 'rabbitmq'])

    expect(code).toBe(1)
    expect(stdout).toMatch(/^This will\n {2}- purge queue orders \(\d+ messages?\) of RabbitMQ\n$/)
    expect(stderr).toBe('Nothing was changed. To continue without confirmation, add --yes\n')
  })

  it('continue with --yes', async () => {
    const { code, stdout } = await maintain(['reset', 'rabbitmq', '--yes'])

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+ messages? purged from queue orders\n$/),
    })
  })

  it('change nothing when one of the servers is down, and report it in one line', async () => {
    const { code, stdout, stderr } = await maintain(['reset', 'all', '--yes'], NO_KAFKA)

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe('Kafka at 127.0.0.1:1 does not respond. To start it: npm run infra -- up kafka\n')
  })

  it('show one broker when the other does not respond', async () => {
    const { code, stdout, stderr } = await maintain(['lag'], NO_KAFKA)

    expect(code).toBe(1)
    expect(stdout).toMatch(/^queue +ready +consumers\norders +\d+ +\d+\norders\.dlq +\d+ +\d+\n$/)
    expect(stderr).toMatch(/^Kafka at 127\.0\.0\.1:1 does not respond[^\n]*\n$/)
  })

  it('exit with code 2 for an unknown target', async () => {
    const { code, stderr } = await maintain(['reset', 'everything'])

    expect(code).toBe(2)
    expect(stderr).toMatch(/^Unknown target everything\. Usage: [^\n]+\n$/)
  })
})
