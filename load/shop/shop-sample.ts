import type { ShopSample } from '../results'

/** One reading of the shop's metrics, with the CPU counter that the next reading is compared with. */
export interface Reading {
  readonly sample: ShopSample
  readonly atMs: number
  readonly cpuSeconds: number | undefined
}

/**
 * Reads the text format of Prometheus. Members that the shop does not report are absent.
 * @param before the previous reading, which rates are computed from
 */
export function readShopSample(text: string, atMs: number, before?: Reading): Reading {
  const sums = sumByName(text)
  const cpuSeconds = sums.get('process_cpu_seconds_total')
  const milliseconds = (name: string) => scale(sums.get(name), 1_000)
  return {
    atMs,
    cpuSeconds,
    sample: withoutAbsent({
      consumerLag: sums.get('ecommerce_kafka_consumer_lag'),
      queueDepth: sums.get('ecommerce_rabbitmq_queue_messages'),
      outboxPending: sums.get('ecommerce_outbox_pending_events'),
      outboxAgeMs: milliseconds('ecommerce_outbox_oldest_event_age_seconds'),
      deadLetters: sums.get('ecommerce_dead_letters'),
      cpuPercent: cpuPercentSince(before, cpuSeconds, atMs),
      residentBytes: sums.get('process_resident_memory_bytes'),
      eventLoopP99Ms: milliseconds('nodejs_eventloop_lag_p99_seconds'),
    }),
  }
}

const LINE = /^([A-Za-z_:][\w:]*)(?:\{.*\})?\s+(\S+)/

/** Sums the series of each metric: lag over partitions, dead letters over sources. */
function sumByName(text: string): Map<string, number> {
  const sums = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [, name, value] = LINE.exec(line) ?? []
    const number = Number(value)
    if (name !== undefined && Number.isFinite(number)) sums.set(name, (sums.get(name) ?? 0) + number)
  }
  return sums
}

/** Undefined if the counter has fallen, because the process was restarted. */
function cpuPercentSince(before: Reading | undefined, cpuSeconds: number | undefined, atMs: number) {
  if (before?.cpuSeconds === undefined || cpuSeconds === undefined) return undefined
  const used = cpuSeconds - before.cpuSeconds
  const passed = (atMs - before.atMs) / 1_000
  return used < 0 || passed <= 0 ? undefined : (100 * used) / passed
}

function scale(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor
}

function withoutAbsent(members: { readonly [name in keyof ShopSample]: ShopSample[name] | undefined }): ShopSample {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
