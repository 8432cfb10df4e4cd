import { describe, expect, it } from 'vitest'
import type { PlannedRun, PlannedStep } from '../load-plan'
import type { StepResult } from '../results'
import { sampleResults } from '../testing/sample-results'
import type { LiveProgress } from './live-view'
import { createTerminalView } from './terminal-view'

const STEP: PlannedStep = {
  name: 'kafka 1',
  channel: 'kafka',
  repetition: 1,
  arrivals: 'poisson',
  ratePerSecond: 400,
  warmupMs: 5000,
  measuredMs: 15_000,
}
const RUN: PlannedRun = {
  runId: 'r1',
  profile: 'standard',
  baseUrl: 'http://127.0.0.1:3000',
  steps: [STEP, { ...STEP, name: 'kafka 2', repetition: 2 }],
}
const SECOND: LiveProgress = {
  name: 'kafka 1',
  phase: 'measured',
  elapsedMs: 10_000,
  offered: 400,
  accepted: 398,
  refused: 0,
  failed: 2,
  dropped: 0,
  inFlight: 7,
  responseP50Ms: 3.12,
  responseP99Ms: 12.4,
  backlog: 35,
}

describe('a terminal', () => {
  it('shows the running step: bar, phase, rates, latency, backlog, failed requests and the time left', () => {
    const screen = new FakeTerminal()
    const view = createTerminalView(screen)
    view.plan(RUN)
    view.stepStarted(STEP)
    view.progress(SECOND)
    expect(screen.lines()).toEqual([
      'standard: 2 steps against http://127.0.0.1:3000',
      '  kafka 1  400/s, poisson',
      '  measured ████████████░░░░░░░░░░░░  50 %',
      '  offered 400/s  accepted 398/s  in flight 7  failed 2/s',
      '  p50 3.12 ms  p99 12.4 ms  backlog 35',
      '  step 1 of 2, about 30 s left',
    ])
  })

  it('says why the running step is not valid so far', () => {
    const health = {
      sendDelayP99Ms: 80,
      eventLoopP99Ms: 1,
      droppedShare: 0,
      reason: 'the generator sent requests late',
    }
    const screen = new FakeTerminal()
    const view = createTerminalView(screen)
    view.plan(RUN)
    view.stepStarted(STEP)
    view.progress({ ...SECOND, health })

    expect(screen.lines()).toContain('  p50 3.12 ms  p99 12.4 ms  backlog 35  send delay p99 80.0 ms')
    expect(screen.lines()).toContain('  invalid so far: the generator sent requests late')
  })

  it('shows no time left when only the drain is missing', () => {
    const screen = new FakeTerminal()
    const view = createTerminalView(screen)
    view.plan({ ...RUN, steps: [STEP] })
    view.stepStarted(STEP)
    view.progress({ ...SECOND, phase: 'drain', elapsedMs: 20_000 })

    expect(screen.lines().at(-1)).toBe('  step 1 of 1, finishing')
  })

  it('shows neither a number of steps nor a time left for a search, which may add steps', () => {
    const screen = new FakeTerminal()
    const view = createTerminalView(screen)
    view.plan({ ...RUN, steps: [], isOpenEnded: true })
    view.plan({ ...RUN, steps: [STEP], isOpenEnded: true })
    view.stepStarted(STEP)
    view.progress(SECOND)

    expect(screen.lines()[0]).toBe('standard: a search against http://127.0.0.1:3000')
    expect(screen.lines().at(-1)).toBe('  step 1')
  })

  it('redraws in place every second', () => {
    const screen = new FakeTerminal()
    const view = createTerminalView(screen)
    view.plan(RUN)
    view.stepStarted(STEP)
    for (let second = 1; second <= 12; second += 1) view.progress({ ...SECOND, elapsedMs: second * 1000 })
    expect(screen.lines()).toHaveLength(6)
    expect(screen.lines()[2]).toContain('60 %')
  })

  it('keeps one line per completed step, and nothing else', async () => {
    const screen = new FakeTerminal()
    const view = createTerminalView(screen)
    const results = sampleResults({ channels: ['kafka'], repetitions: 2 })
    view.plan(RUN)
    for (const step of results.steps) {
      view.stepStarted({ ...STEP, name: step.name })
      view.progress({ ...SECOND, name: step.name })
      view.stepEnded(step)
    }
    view.ended(results, undefined)
    await view.close()
    const [, first, second, ...rest] = screen.lines()
    expect(first).toMatch(/^✓ kafka 1 .*accepted \d+\/s .*committed \d+\/s .*response p50 .*commit p99 .*drain /)
    expect(second).toMatch(/^✓ kafka 2 /)
    expect(rest).toEqual([])
  })

  it('marks a step as invalid if the generator could not keep up, and says why', () => {
    const screen = new FakeTerminal()
    const view = createTerminalView(screen)
    view.plan(RUN)
    view.stepEnded(invalid(sampleResults({ channels: ['kafka'], repetitions: 1 }).steps[0]))
    expect(screen.lines()[1]).toMatch(/^! kafka 1 .*INVALID: p99 of the send delay 80 ms$/)
  })

  it('stays clean if lines are longer than the terminal, and if the terminal becomes narrower', () => {
    const screen = new FakeTerminal(30)
    const view = createTerminalView(screen)
    view.plan({ ...RUN, baseUrl: 'http://x' })
    view.stepStarted(STEP)
    view.progress(SECOND)
    expect(
      Math.max(
        ...screen
          .lines()
          .slice(1)
          .map((line) => line.length),
      ),
    ).toBeLessThan(30)
    screen.resize(20)
    view.progress(SECOND)
    const blocks = screen.lines().filter((line) => line.startsWith('  kafka 1'))
    expect(blocks).toHaveLength(1)
  })

  it('needs no restoring, because the cursor is never hidden', async () => {
    const screen = new FakeTerminal()
    const view = createTerminalView(screen)
    view.plan(RUN)
    view.stepStarted(STEP)
    view.progress(SECOND)
    await view.close()
    expect(screen.written).not.toContain('\x1b[?25l')
    expect(screen.lines()).toEqual(['standard: 2 steps against http://127.0.0.1:3000'])
  })

  it('shows no time left for a closed loop that ends after a number of requests', () => {
    const screen = new FakeTerminal()
    const view = createTerminalView(screen)
    const { measuredMs: _, ratePerSecond: __, ...rest } = STEP
    const closed: PlannedStep = { ...rest, arrivals: 'closed', clients: 8 }
    view.plan({ ...RUN, steps: [closed] })
    view.stepStarted(closed)
    view.progress(SECOND)
    expect(screen.lines().slice(1, 3)).toEqual(['  kafka 1  8 clients', '  measured 10 s'])
    expect(screen.lines().at(-1)).toBe('  step 1 of 1')
  })
})

describe('an output without terminal or colours', () => {
  it.each([
    ['a pipe', { isTTY: false }],
    ['a terminal without colours', { isTTY: true, hasColors: () => false }],
  ])('%s shows plain lines, one every ten seconds and one per step', (_, kind) => {
    const written: string[] = []
    const view = createTerminalView({ ...kind, write: (text) => written.push(String(text)) > 0 })
    view.plan(RUN)
    view.stepStarted(STEP)
    for (let second = 1; second <= 20; second += 1) view.progress({ ...SECOND, elapsedMs: second * 1000 })
    view.stepEnded(invalid(sampleResults({ channels: ['kafka'], repetitions: 1 }).steps[0]))
    const text = written.join('')
    expect(text).not.toContain('\x1b')
    expect(text.trimEnd().split('\n')).toEqual([
      'standard: 2 steps against http://127.0.0.1:3000',
      'kafka 1: 400/s, poisson',
      expect.stringMatching(/^kafka 1: measured 10 s {2}offered 400\/s .*p99 12\.4 ms/),
      expect.stringMatching(/^kafka 1: measured 20 s/),
      expect.stringMatching(/^kafka 1 .*INVALID/),
    ])
  })
})

function invalid(step: StepResult | undefined): StepResult {
  if (step === undefined) throw new Error('the samples have no step')
  return { ...step, generator: { ...step.generator, isValid: false, reason: 'p99 of the send delay 80 ms' } }
}

/** A terminal that understands line feeds, moving up, and clearing to the end. */
class FakeTerminal {
  readonly isTTY = true
  written = ''
  #rows: string[] = ['']
  #row = 0

  constructor(public columns = 100) {}

  hasColors(): boolean {
    return true
  }

  write(text: string | Uint8Array): boolean {
    this.written += String(text)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals use escape sequences
    const parts = String(text).split(/(\n|\r|\u001b\[[\d;]*[A-Za-z])/)
    for (const part of parts.filter((each) => each !== '')) this.#take(part)
    return true
  }

  /** A terminal wraps its lines again when it becomes narrower. */
  resize(columns: number): void {
    this.columns = columns
    this.#rows = this.#rows.flatMap((row) => row.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? [''])
    this.#row = this.#rows.length - 1
  }

  lines(): string[] {
    return this.#rows.slice(0, -1)
  }

  #take(part: string): void {
    if (part === '\n') {
      this.#row += 1
      if (this.#row === this.#rows.length) this.#rows.push('')
    } else if (part.endsWith('A') && part.startsWith('\u001b')) {
      this.#row = Math.max(0, this.#row - Number.parseInt(part.slice(2), 10))
    } else if (part === '\u001b[0J') {
      this.#rows = [...this.#rows.slice(0, this.#row), '']
    } else if (part !== '\r' && !part.startsWith('\u001b')) {
      this.#rows[this.#row] += part
    }
  }
}
