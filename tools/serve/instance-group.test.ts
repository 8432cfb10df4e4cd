import cluster from 'node:cluster'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { anyFreePort } from '../local/free-port'
import { InstanceGroup } from './instance-group'

const WITHIN = { timeout: 20_000, interval: 20 }
/** Responds with its pid to every connection, and reports the pid to the group as its exclusive port. */
const PROGRAM = `
  require('node:net').createServer((socket) => socket.end(String(process.pid))).listen(process.argv[2])
  process.send({ ownPort: process.pid })
`

let folder: string
let port: number
let group: InstanceGroup
const lines: string[] = []
let ownPorts: () => readonly number[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'instances-'))
  const program = join(folder, 'program.cjs')
  await writeFile(program, PROGRAM)
  port = await anyFreePort()
  lines.length = 0
  const log = (line: string) => void lines.push(line)
  let reported: readonly number[] = []
  const onOwnPorts = (ports: readonly number[]) => {
    reported = ports
  }
  ownPorts = () => reported
  group = new InstanceGroup({ program, args: [String(port)], instances: 2, port, environment: {}, log, onOwnPorts })
  await group.start()
})

afterEach(async () => {
  await group.stop()
  await rm(folder, { recursive: true })
})

const pids = () =>
  Object.values(cluster.workers ?? {}).flatMap((worker) => (worker?.isDead() ? [] : [worker?.process.pid ?? 0]))

/** What an instance says; empty where the connection is closed without a word. */
async function responseOn(socket: Socket): Promise<string> {
  let response = ''
  socket.setEncoding('utf8').on('data', (text) => {
    response += text
  })
  socket.on('error', () => undefined)
  await once(socket, 'close')
  return response
}

const request = () => responseOn(connect(port, '127.0.0.1'))

it('a group passes connections to its instances in turn', async () => {
  const responses = [await request(), await request(), await request(), await request()].map(Number)

  expect(responses.sort()).toEqual([...pids(), ...pids()].sort())
}, 30_000)

it('a group closes a connection that was sent to an instance which died before accepting it', async () => {
  const [first = 0, second = 0] = pids()
  for (const pid of [first, second]) process.kill(pid, 'SIGSTOP')
  const sockets = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
  const responses = sockets.map(responseOn)
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  // The group accepts the connections in the next turns of the event loop.
  for (let turn = 0; turn < 10; turn++) await nextTurn()

  process.kill(first, 'SIGKILL')
  await vi.waitFor(() => expect(lines).toContain(`instance ${first} ended by itself: SIGKILL`), WITHIN)
  process.kill(second, 'SIGCONT')

  expect((await Promise.all(responses)).sort()).toEqual(['', String(second)])
}, 30_000)

it('a group restarts its instances one after another, and replaces one that died', async () => {
  const before = pids()
  const newer = (than: number[]) => pids().filter((pid) => !than.includes(pid))

  await group.restart()
  const [victim = 0, other = 0] = newer(before)
  process.kill(victim, 'SIGKILL')

  await vi.waitFor(() => expect(newer([...before, victim])).toHaveLength(2), WITHIN)
  await vi.waitFor(async () => expect([String(other), '']).not.toContain(await request()), WITHIN)
  expect(before).not.toContain(other)
}, 30_000)

it('a group has no instance after it has stopped, even if it was replacing one', async () => {
  const [victim = 0] = pids()
  process.kill(victim, 'SIGKILL')
  await vi.waitFor(() => expect(lines).toContain(`instance ${victim} ended by itself: SIGKILL`), WITHIN)

  await group.stop()

  expect(pids()).toEqual([])
}, 30_000)

it('a group reports the exclusive port of each running instance', async () => {
  const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)
  await vi.waitFor(() => expect(sorted(ownPorts())).toEqual(sorted(pids())), WITHIN)
  const before = pids()

  await group.restart()

  await vi.waitFor(() => expect(sorted(ownPorts())).toEqual(sorted(pids())), WITHIN)
  expect(ownPorts()).toHaveLength(2)
  expect(before).not.toContain(ownPorts()[0])
}, 30_000)
