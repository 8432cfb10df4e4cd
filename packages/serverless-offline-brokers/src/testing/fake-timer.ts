import type { Timer } from '../delivery/batch-queue'

/** A timer whose time passes only through `advance`. */
export interface FakeTimer extends Timer {
  advance(ms: number): void
}

export function createFakeTimer(): FakeTimer {
  let now = 0
  let lastId = 0
  const pending = new Map<number, { at: number; callback: () => void }>()

  function nextDue(until: number): number | undefined {
    const due = [...pending].filter(([, { at }]) => at <= until).sort(([a, x], [b, y]) => x.at - y.at || a - b)
    return due[0]?.[0]
  }

  return {
    now: () => now,
    after(ms, callback) {
      lastId += 1
      const id = lastId
      pending.set(id, { at: now + ms, callback })
      return () => {
        pending.delete(id)
      }
    },
    advance(ms) {
      const until = now + ms
      for (let id = nextDue(until); id !== undefined; id = nextDue(until)) {
        const due = pending.get(id)
        pending.delete(id)
        if (due === undefined) continue
        now = Math.max(now, due.at)
        due.callback()
      }
      now = until
    },
  }
}
