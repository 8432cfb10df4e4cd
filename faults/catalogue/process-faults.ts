import { SERVER_NAMES } from '../../tools/local/server'
import { SmallDisks } from '../servers/small-disks'
import type { Fault } from './fault'

const FREEZES: readonly Fault[] = SERVER_NAMES.map((name) => ({
  id: `${name}:freeze`,
  target: name,
  title: 'the process is stopped with SIGSTOP',
  begin: ({ servers }) => servers.freeze(name),
  end: ({ servers }) => servers.thaw(name),
}))

const KILLS: readonly Fault[] = SERVER_NAMES.map((name) => ({
  id: `${name}:kill`,
  target: name,
  title: 'the process is killed with SIGKILL, and started again',
  begin: ({ servers }) => servers.kill(name),
  end: ({ servers }) => servers.startAgain(name),
}))

/** Short enough that a response right after the fault is still in time. */
const SHOP_FROZEN_FOR_SECONDS = 5

const SHOP: readonly Fault[] = [
  {
    id: 'shop:freeze',
    target: 'shop',
    title: 'the process is stopped with SIGSTOP',
    seconds: SHOP_FROZEN_FOR_SECONDS,
    begin: async ({ shop }) => shop.freeze(),
    end: async ({ shop }) => shop.thaw(),
  },
  {
    id: 'shop:kill',
    target: 'shop',
    title: 'the process is killed with SIGKILL, and started again',
    seconds: 2,
    allows: ['no-connection'],
    begin: ({ shop }) => shop.kill(),
    end: ({ shop }) => shop.startAgain(),
  },
]

const HOUR_MS = 3_600_000

const CLOCK: readonly Fault[] = (
  [
    ['forward', HOUR_MS],
    ['back', -HOUR_MS],
  ] as const
).map(([direction, byMs]) => ({
  id: `shop:clock-${direction}`,
  target: 'shop',
  title: `the clock steps an hour ${direction}, and returns`,
  begin: async ({ shop }) => shop.stepClock(byMs),
  end: async ({ shop }) => shop.stepClock(0),
}))

const DISKS: readonly Fault[] = SERVER_NAMES.map((name) => ({
  id: `${name}:disk-full`,
  target: name,
  title: 'the disk is full; afterwards there is room again, and the server is restarted',
  obstacle: ({ servers }) =>
    SmallDisks.obstacle ?? (servers.disks.areMounted ? undefined : 'needs servers on small disks'),
  begin: async ({ servers }) => servers.disks.fill(name),
  async end({ servers }) {
    servers.disks.empty()
    // Kafka ends by itself. The queues of RabbitMQ and the tables of MySQL may not recover without a restart.
    await servers.kill(name)
    await servers.startAgain(name)
  },
}))

export const PROCESS_FAULTS: readonly Fault[] = [...FREEZES, ...KILLS, ...SHOP, ...CLOCK, ...DISKS]
