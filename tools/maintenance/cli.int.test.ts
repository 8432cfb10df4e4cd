import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type RunResult, run } from '../local/run'

const CLI = join(import.meta.dirname, 'cli.ts')
const NOBODY = { KAFKA_BROKERS: '127.0.0.1:1' }

function maintain(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<RunResult> {
  return run(process.execPath, ['--import', 'tsx', CLI, ...args], { env })
}

describe('the maintenance commands', () => {
  it('say what would be lost, and change nothing where nobody can be asked', async () => {
    const { code, stdout, stderr } = await maintain(['reset', 'rabbitmq'])

    expect(code).toBe(1)
    expect(stdout).toMatch(/^This will\n {2}- purge queue orders \(\d+ messages?\) of RabbitMQ\n$/)
    expect(stderr).toBe('nothing was changed; to go ahead without being asked, add --yes\n')
  })

  it('go ahead with --yes', async () => {
    const { code, stdout } = await maintain(['reset', 'rabbitmq', '--yes'])

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+ messages? purged from queue orders\n$/),
    })
  })

  it('change nothing at all when one of the servers is away, and say so in a line', async () => {
    const { code, stdout, stderr } = await maintain(['reset', 'all', '--yes'], NOBODY)

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe('Kafka at 127.0.0.1:1 does not answer. To start it: npm run infra -- up kafka\n')
  })

  it('tell of the broker that answers when the other does not', async () => {
    const { code, stdout, stderr } = await maintain(['lag'], NOBODY)

    expect(code).toBe(1)
    expect(stdout).toMatch(/^queue +ready +consumers\norders +\d+ +\d+\norders\.dlq +\d+ +\d+\n$/)
    expect(stderr).toMatch(/^Kafka at 127\.0\.0\.1:1 does not answer[^\n]*\n$/)
  })

  it('end with 2 where nothing they know is asked', async () => {
    const { code, stderr } = await maintain(['reset', 'everything'])

    expect(code).toBe(2)
    expect(stderr).toMatch(/^Unknown target everything\. Usage: [^\n]+\n$/)
  })
})
