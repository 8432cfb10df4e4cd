/**
 * Loaded into every thread of the shop: its wall clock is off by the milliseconds in a file, which is read ten times a
 * second. Only `Date` is affected, as timers do not depend on the wall clock.
 */
import { readFileSync } from 'node:fs'

const READ_EVERY_MS = 100

const SystemDate = globalThis.Date
// biome-ignore lint/style/noProcessEnv: loaded into a process before everything else
const file = process.env.FAULTS_CLOCK_FILE
let offsetMs = 0

class SteppedDate extends SystemDate {
  /** @param {any[]} parts */
  constructor(...parts) {
    if (parts.length === 0) super(SystemDate.now() + offsetMs)
    else super(.../** @type {[any]} */ (parts))
  }

  /** @override */
  static now() {
    return SystemDate.now() + offsetMs
  }
}

if (file !== undefined) {
  globalThis.Date = /** @type {DateConstructor} */ (/** @type {unknown} */ (SteppedDate))
  const read = () => {
    offsetMs = Number(readFileSync(file, 'utf8')) || 0
  }
  setInterval(read, READ_EVERY_MS).unref()
}
