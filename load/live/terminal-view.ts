import type { WriteStream } from 'node:tty'
import type { PlannedRun, PlannedStep } from '../load-plan'
import { formatDuration } from '../look/format'
import type { StepResult } from '../results'
import type { LiveProgress, LiveView } from './live-view'
import { latencyText, paceText, shareDone, stepText, timeLeftMs, trafficText } from './progress-text'
import { ScreenBlock, type ScreenLine } from './screen-block'

/** What a view needs of an output: a terminal has all of it, a file or a pipe only `write`. */
export type TerminalOutput = Pick<NodeJS.WritableStream, 'write'> &
  Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'hasColors'>>

const PLAIN_LINE_EVERY_MS = 10_000
const BAR_WIDTH = 24

/**
 * Shows a run in place where the output is a terminal that can do so, and in plain lines elsewhere: in a file, in a pipe,
 * in a dumb terminal, or where colours are not wanted (`NO_COLOR`, which `hasColors` heeds).
 */
export function createTerminalView(output: TerminalOutput): LiveView {
  return output.isTTY === true && output.hasColors?.() === true ? new RedrawnView(output) : new PlainView(output)
}

class RedrawnView implements LiveView {
  readonly #block: ScreenBlock
  readonly #ended = new Set<string>()
  #run: PlannedRun | undefined
  #step: PlannedStep | undefined
  #now: LiveProgress | undefined

  constructor(output: TerminalOutput) {
    this.#block = new ScreenBlock(output)
  }

  plan(run: PlannedRun): void {
    const isFirst = this.#run === undefined
    this.#run = run
    this.#block.draw(this.#lines(), isFirst ? [{ text: runText(run), style: 'bold' }] : [])
  }

  stepBegins(step: PlannedStep): void {
    this.#step = step
    this.#now = undefined
    this.#block.draw(this.#lines())
  }

  progress(progress: LiveProgress): void {
    this.#now = progress
    this.#block.draw(this.#lines())
  }

  stepEnds(result: StepResult): void {
    this.#ended.add(result.name)
    this.#step = undefined
    this.#now = undefined
    this.#block.draw(this.#lines(), [resultLine(result)])
  }

  ended(): void {
    this.#clear()
  }

  async close(): Promise<void> {
    this.#clear()
  }

  #clear(): void {
    this.#step = undefined
    this.#run = undefined
    this.#block.draw([])
  }

  #lines(): ScreenLine[] {
    const step = this.#step
    if (step === undefined || this.#run === undefined) return []
    const now = this.#now
    return [
      { text: `  ${step.name}  ${paceText(step)}` },
      { text: `  ${barText(step, now)}` },
      ...(now
        ? [
            { text: `  ${trafficText(now)}`, ...(now.failed + now.dropped > 0 && { style: 'red' as const }) },
            { text: `  ${latencyText(now)}` },
          ]
        : []),
      { text: `  ${this.#restText(this.#run)}`, style: 'dim' },
    ]
  }

  #restText(run: PlannedRun): string {
    const leftMs = timeLeftMs(run, this.#ended, this.#now)
    const position = `step ${Math.min(this.#ended.size + 1, run.steps.length)} of ${run.steps.length}`
    return leftMs === undefined ? position : `${position}, about ${formatDuration(leftMs)} left`
  }
}

class PlainView implements LiveView {
  #toldAtMs = 0

  constructor(readonly output: TerminalOutput) {}

  plan(run: PlannedRun): void {
    this.#print(runText(run))
  }

  stepBegins(step: PlannedStep): void {
    this.#toldAtMs = 0
    this.#print(`${step.name}: ${paceText(step)}`)
  }

  progress(progress: LiveProgress): void {
    if (progress.elapsedMs - this.#toldAtMs < PLAIN_LINE_EVERY_MS) return
    this.#toldAtMs = progress.elapsedMs
    const elapsed = formatDuration(Math.round(progress.elapsedMs / 1000) * 1000)
    this.#print(`${progress.name}: ${progress.phase} ${elapsed}  ${trafficText(progress)}  ${latencyText(progress)}`)
  }

  stepEnds(result: StepResult): void {
    this.#print(stepText(result))
  }

  ended(): void {}

  async close(): Promise<void> {}

  #print(text: string): void {
    this.output.write(`${text.trimEnd()}\n`)
  }
}

function runText({ profile, baseUrl, steps }: PlannedRun): string {
  return `${profile}: ${steps.length} ${steps.length === 1 ? 'step' : 'steps'} against ${baseUrl}`
}

function resultLine(result: StepResult): ScreenLine {
  const isGood = result.generator.isValid && result.requests.failed === 0
  return { text: `${isGood ? '✓' : '!'} ${stepText(result)}`, ...(!isGood && { style: 'red' as const }) }
}

function barText(step: PlannedStep, now: LiveProgress | undefined): string {
  const phase = (now?.phase ?? 'warm-up').padEnd(8)
  const elapsedMs = now?.elapsedMs ?? 0
  const done = shareDone(step, elapsedMs)
  if (done === undefined) return `${phase} ${formatDuration(elapsedMs)}`
  const full = Math.round(done * BAR_WIDTH)
  const bar = '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full)
  return `${phase} ${bar} ${String(Math.floor(done * 100)).padStart(3)} %`
}
