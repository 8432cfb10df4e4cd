import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { promisify } from 'node:util'
import type { DurabilityFact, Fact } from '../results'
import type { About } from '../shop/bodies'

const GIB = 2 ** 30

/** Facts that the figures depend on: the machine of the generator, and what the shop reports about itself. */
export async function environmentFacts(about: About | undefined): Promise<Fact[]> {
  const [processor] = cpus()
  const facts: readonly (readonly [name: string, value: string | undefined])[] = [
    [
      'generator: machine',
      `${process.platform} ${process.arch}, ${availableParallelism()} × ${processor?.model.trim() || 'unknown processor'}`,
    ],
    ['generator: memory', `${(totalmem() / GIB).toFixed(1)} GiB`],
    ['generator: container limits', await containerLimits()],
    ['generator: node', process.version],
    ['generator: commit', await commit()],
    ['shop', about && [about.service, about.version].filter(Boolean).join(' ')],
    ['shop: home', about?.home],
    ['shop: node', about?.node],
    ['shop: processors', about?.cpus?.toString()],
    ...(about?.dependencies ?? []).map(({ name, version }) => [`shop: ${name}`, version] as const),
  ]
  return facts.flatMap(([name, value]) => (value ? [{ name, value }] : []))
}

/** How durably the shop stores orders; empty if it does not report it. */
export function durabilityFacts(about: About | undefined): DurabilityFact[] {
  return (about?.durability ?? []).map(({ channel, name, value }) => ({ channel, name, value }))
}

/** The limits of cgroup v2; undefined without limits. */
async function containerLimits(): Promise<string | undefined> {
  const [quota, period] = (await read('/sys/fs/cgroup/cpu.max'))?.trim().split(' ') ?? []
  const memory = Number((await read('/sys/fs/cgroup/memory.max'))?.trim())
  const limits = [
    ...(quota !== undefined && quota !== 'max' ? [`${Number(quota) / Number(period)} processors`] : []),
    ...(memory > 0 ? [`${(memory / GIB).toFixed(1)} GiB`] : []),
  ]
  return limits.length === 0 ? undefined : limits.join(', ')
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}

/** Undefined outside a checkout or without git. */
async function commit(): Promise<string | undefined> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', args, { cwd: import.meta.dirname, timeout: 5_000 })).stdout.trim()
  try {
    const [hash, changes] = [await git('rev-parse', '--short=10', 'HEAD'), await git('status', '--porcelain')]
    return changes === '' ? hash : `${hash}, with uncommitted changes`
  } catch {
    return undefined
  }
}
