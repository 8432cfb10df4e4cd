import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { Instance } from './instance'
import { InstanceFileError } from './instance-files'
import { toClusterId } from './kafka-cluster-id'
import { killProcess, livingPid, startDetached, stopProcess } from './native-process'
import { resetServers, stopServers } from './running-servers'
import { serverNamed } from './servers'

const TAG = 'ecommerce-local-0123abcd'
const ENDED = { pid: 4_194_303, startedAt: '1' }
const isRoot = process.getuid?.() === 0

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'instance-files-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A process whose program has the name of a server and whose command line names the folder of the server. */
async function startServer(instance: Instance): Promise<number> {
  const program = join(folder, 'mariadbd')
  symlinkSync(process.execPath, program)
  const args = ['-e', 'setInterval(() => {}, 1000)', '--', `--datadir=${join(instance.serverFolder('mysql'), 'data')}`]
  const pid = await startDetached(instance.files('mysql'), { command: program, args })
  onTestFinished(() => {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  })
  return pid
}

/** A process that has nothing to do with the instance. */
async function startOther(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  await once(child, 'spawn')
  onTestFinished(() => void child.kill('SIGKILL'))
  if (child.pid === undefined) throw new Error('no pid')
  return child.pid
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** What can happen to a pid file, and what the message says of it. */
const GARBLED: readonly (readonly [string, (file: string, other: number) => void | Promise<void>, string])[] = [
  ['empty', (file) => writeFileSync(file, ''), 'is damaged'],
  ['blank', (file) => writeFileSync(file, ' \n\n'), 'is damaged'],
  ['binary', (file) => writeFileSync(file, Buffer.from([0, 255, 1, 254, 0])), 'is damaged'],
  ['half-written', (file) => writeFileSync(file, '{"pid":12'), 'is damaged'],
  ['of another format', (file) => writeFileSync(file, '4711\n'), 'is damaged'],
  [
    'the pid of a process that has ended',
    (file) => writeFileSync(file, JSON.stringify(ENDED)),
    'names process 4194303',
  ],
  [
    'a pid that another program has now',
    (file, other) => writeFileSync(file, JSON.stringify({ pid: other, startedAt: '1' })),
    'which is not this server',
  ],
  ['missing', (file) => rmSync(file), 'is missing'],
  [
    'a folder',
    (file) => {
      rmSync(file)
      mkdirSync(file)
    },
    'cannot be read (EISDIR). Remove that folder: rm -r ',
  ],
]

describe.each(GARBLED)('a pid file that is %s', (_, garble, problem) => {
  it('is reported with the process of the server, which is not stopped', async () => {
    const instance = new Instance(folder)
    const files = instance.files('mysql')
    const pid = await startServer(instance)
    await garble(files.pidFile, await startOther())

    const reading = livingPid(files)
    await expect(reading).rejects.toThrow(InstanceFileError)
    await expect(reading).rejects.toThrow(files.pidFile)
    await expect(reading).rejects.toThrow(problem)
    if (!problem.includes('EISDIR')) await expect(reading).rejects.toThrow(`To stop it: kill ${pid},`)
    await expect(stopProcess(files, 1_000)).rejects.toThrow(InstanceFileError)
    expect(isAlive(pid)).toBe(true)
  })

  it('lets no command delete the data of the running server', async () => {
    const instance = new Instance(folder)
    const pid = await startServer(instance)
    const data = join(instance.serverFolder('mysql'), 'data')
    mkdirSync(data)
    await garble(instance.files('mysql').pidFile, await startOther())

    await expect(stopServers([serverNamed('mysql')], instance)).rejects.toThrow(InstanceFileError)
    await expect(resetServers([serverNamed('mysql')], { instance })).rejects.toThrow(InstanceFileError)

    expect(existsSync(data)).toBe(true)
    expect(isAlive(pid)).toBe(true)
  })

  it('counts as a stopped server when no server uses the folder, and kills nobody', async () => {
    const instance = new Instance(folder)
    const files = instance.files('mysql')
    const other = await startOther()
    mkdirSync(instance.serverFolder('mysql'))
    writeFileSync(files.pidFile, '')
    await garble(files.pidFile, other)

    if (problem.includes('EISDIR')) await expect(livingPid(files)).rejects.toThrow(InstanceFileError)
    else expect(await stopProcess(files, 1_000)).toBe(false)
    expect(isAlive(other)).toBe(true)
  })
})

it.skipIf(isRoot)('a pid file without permission to read it is reported with the command that repairs it', async () => {
  const { pidFile } = new Instance(folder).files('mysql')
  mkdirSync(join(folder, 'mysql'))
  writeFileSync(pidFile, '', { mode: 0 })

  await expect(livingPid({ pidFile })).rejects.toThrow(/cannot be read \(EACCES\)\. Make it readable .*chmod u\+rw/)
})

it('a pid file of a server that was killed is no problem', async () => {
  const instance = new Instance(folder)
  await startServer(instance)
  await killProcess(instance.files('mysql'))

  expect(await livingPid(instance.files('mysql'))).toBeUndefined()
  expect(await stopProcess(instance.files('mysql'), 1_000)).toBe(false)
})

const TAGS: readonly (readonly [string, string | Buffer, string])[] = [
  ['empty', '', 'is empty'],
  ['blank', ' \n', 'is empty'],
  ['binary', Buffer.from([0, 255, 1, 254, 0]), 'is damaged'],
  ['half-written', 'ecommerce-local-01', 'is damaged'],
  ['of two lines', `${TAG}\n${TAG}\n`, 'is damaged'],
  ['of another program', 'hello\n', 'is damaged'],
]

describe.each(TAGS)('a tag file that is %s', (_, content, problem) => {
  it('is refused, with the command that restores the tag from the data of Kafka', () => {
    writeFileSync(join(folder, 'tag'), content)
    mkdirSync(join(folder, 'kafka-2', 'data'), { recursive: true })
    writeFileSync(join(folder, 'kafka-2', 'data', 'meta.properties'), `version=1\ncluster.id=${toClusterId(TAG)}\n`)

    expect(() => new Instance(folder)).toThrow(InstanceFileError)
    expect(() => new Instance(folder)).toThrow(`${join(folder, 'tag')} ${problem}`)
    expect(() => new Instance(folder)).toThrow(`echo ${TAG} > ${join(folder, 'tag')}`)
    expect(readFileSync(join(folder, 'tag'))).toEqual(Buffer.from(content))
  })

  it('is refused without data too, and may be deleted then', () => {
    writeFileSync(join(folder, 'tag'), content)

    expect(() => new Instance(folder)).toThrow(`rm ${join(folder, 'tag')}`)
    rmSync(join(folder, 'tag'))
    expect(new Instance(folder).tag).toMatch(/^ecommerce-local-[0-9a-f]{8}$/)
  })
})

describe('a missing tag file', () => {
  it('is refused when the log of RabbitMQ shows that there was one', () => {
    mkdirSync(join(folder, 'rabbitmq'))
    writeFileSync(
      join(folder, 'rabbitmq', 'log'),
      `  node : ecommerce-local-ffffffff@127.0.0.1\n  node : ${TAG}@127.0.0.1\n`,
    )

    expect(() => new Instance(folder)).toThrow(`tag is missing. Without it`)
    expect(() => new Instance(folder)).toThrow(`echo ${TAG} > `)
    expect(existsSync(join(folder, 'tag'))).toBe(false)
  })

  it('gets a new tag where nothing depends on the former one', () => {
    mkdirSync(join(folder, 'mysql', 'data'), { recursive: true })

    expect(new Instance(folder).tag).toMatch(/^ecommerce-local-/)
  })
})

it.skipIf(isRoot)('a tag file without permission to read it is reported with the command that repairs it', () => {
  writeFileSync(join(folder, 'tag'), `${TAG}\n`)
  chmodSync(join(folder, 'tag'), 0)

  expect(() => new Instance(folder)).toThrow(/cannot be read \(EACCES\)/)
})
