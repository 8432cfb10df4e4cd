/** One thing being done, shown with its elapsed time until it is done. */
export interface Step {
  /** Says what is going on right now; replaces the former note. */
  note(text: string): void
  done(text: string): void
  fail(text: string): void
}

/** The part of a terminal or a pipe that is used here. */
export type Output = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> & NodeJS.WritableStream

export interface Progress {
  step(name: string): Step
  /** A line that stays. */
  line(text: string): void
  /** Ends the drawing; steps that are still open are left as they are. */
  close(): void
}

interface OpenStep {
  readonly name: string
  readonly startedAt: number
  note: string
  saidAt: number
}

/** Without a terminal: no step is silent for longer than the one, or speaks more often than the other. */
const QUIET_LIMIT_MS = 4_000
const CHATTER_LIMIT_MS = 1_000

/** On a terminal the open steps are redrawn in place; elsewhere they are lines. */
export function createProgress(out: Output = process.stdout): Progress {
  const open = new Set<OpenStep>()
  const live = out.isTTY === true
  let drawn = 0

  const erase = () => {
    if (drawn > 0) out.write(`\x1b[${drawn}A\x1b[J`)
    drawn = 0
  }
  const draw = () => {
    if (!live) return
    erase()
    for (const step of open)
      out.write(`${row('·', step.name, step.note, step.startedAt).slice(0, (out.columns || 80) - 1)}\n`)
    drawn = open.size
  }
  const line = (text: string) => {
    erase()
    out.write(`${text}\n`)
    draw()
  }
  const say = (step: OpenStep) => {
    step.saidAt = Date.now()
    if (live) draw()
    else line(row('·', step.name, step.note, step.startedAt))
  }
  const breakSilence = () => {
    if (live) draw()
    else for (const step of open) if (step.note !== '' && Date.now() - step.saidAt >= QUIET_LIMIT_MS) say(step)
  }
  const timer = setInterval(breakSilence, live ? 100 : 1_000)
  timer.unref()

  return {
    line,
    close: () => clearInterval(timer),
    step(name) {
      const step: OpenStep = { name, startedAt: Date.now(), note: '', saidAt: 0 }
      open.add(step)
      draw()
      const end = (mark: string) => (text: string) => {
        open.delete(step)
        line(row(mark, name, text, step.startedAt))
      }
      return {
        note(text) {
          if (text === step.note) return
          step.note = text
          if (live || Date.now() - step.saidAt >= CHATTER_LIMIT_MS) say(step)
        },
        done: end('✓'),
        fail: end('✗'),
      }
    },
  }
}

/** For callers with nobody to show anything to. */
export const silentProgress: Progress = {
  step: () => ({ note() {}, done() {}, fail() {} }),
  line() {},
  close() {},
}

function row(mark: string, name: string, text: string, startedAt: number): string {
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1)
  return `${mark} ${name.padEnd(10)} ${`${seconds} s`.padStart(7)}  ${text}`
}
