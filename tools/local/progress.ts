/** A task in progress, shown with its elapsed time. */
export interface Step {
  /** Shows the current activity in place of the former one. */
  note(text: string): void
  done(text: string): void
  fail(text: string): void
}

/** The parts of a terminal or a pipe that are used here. */
export type Output = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> & NodeJS.WritableStream

export interface Progress {
  step(name: string): Step
  /** A line that stays. */
  line(text: string): void
  /** Stops the display. Open steps stay as they are. */
  close(): void
}

interface OpenStep {
  readonly name: string
  readonly startedAt: number
  note: string
  shownAt: number
}

/** Without a terminal: the longest and the shortest time between two lines about a step. */
const MAX_LINE_INTERVAL_MS = 4_000
const MIN_LINE_INTERVAL_MS = 1_000

/** Redraws the open steps in place on a terminal, and writes lines elsewhere. */
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
  const show = (step: OpenStep) => {
    step.shownAt = Date.now()
    if (live) draw()
    else line(row('·', step.name, step.note, step.startedAt))
  }
  const showElapsed = () => {
    if (live) draw()
    else for (const step of open) if (step.note !== '' && Date.now() - step.shownAt >= MAX_LINE_INTERVAL_MS) show(step)
  }
  const timer = setInterval(showElapsed, live ? 100 : 1_000)
  timer.unref()

  return {
    line,
    close: () => clearInterval(timer),
    step(name) {
      const step: OpenStep = { name, startedAt: Date.now(), note: '', shownAt: 0 }
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
          if (live || Date.now() - step.shownAt >= MIN_LINE_INTERVAL_MS) show(step)
        },
        done: end('✓'),
        fail: end('✗'),
      }
    },
  }
}

/** Shows nothing. */
export const silentProgress: Progress = {
  step: () => ({ note() {}, done() {}, fail() {} }),
  line() {},
  close() {},
}

function row(mark: string, name: string, text: string, startedAt: number): string {
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1)
  return `${mark} ${name.padEnd(10)} ${`${seconds} s`.padStart(7)}  ${text}`
}
