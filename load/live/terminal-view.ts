import type { WriteStream } from 'node:tty'
import { formatDuration, plural } from '@ecommerce/look/format'
import type { PlannedRun, PlannedStep } from '../load-plan'
import type { StepResult } from '../results'
import type { LiveProgress, LiveView } from './live-view'
import {
  invalidSoFarText,
  latencyText,
  paceText,
  shareDone,
  stepText,
  timeLeftMs,
  timeLeftText,
  trafficText,
} from './progress-text'
import { ScreenBlock, type ScreenLine } from './screen-block'

/** The part of an output that a view uses. A file or a pipe has only `write`. */
export type TerminalOutput = Pick<NodeJS.WritableStream, 'write'> &
  Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'hasColors'>>

const PLAIN_LINE_EVERY_MS = 10_000
const BAR_WIDTH = 24

/**
 * Redraws in place on a terminal with colours. Prints plain lines to a file, a pipe, a dumb terminal, and when
 * `NO_COLOR` is set, which `hasColors` respects.
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

  stepStarted(step: PlannedStep): void {
    this.#step = step
    this.#now = undefined
    this.#block.draw(this.#lines())
  }

  progress(progress: LiveProgress): void {
    this.#now = progress
    this.#block.draw(this.#lines())
  }

  stepEnded(result: StepResult): void {
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
            ...invalidLines(now),
          ]
        : []),
      { text: `  ${this.#restText(this.#run)}`, style: 'dim' },
    ]
  }

  #restText(run: PlannedRun): string {
    const leftMs = timeLeftMs(run, this.#ended, this.#now)
    const step = `step ${Math.min(this.#ended.size + 1, run.steps.length)}`
    const position = run.isOpenEnded ? step : `${step} of ${run.steps.length}`
    return [position, timeLeftText(leftMs)].filter((part) => part !== '').join(', ')
  }
}

class PlainView implements LiveView {
  #printedAtMs = 0

  constructor(readonly output: TerminalOutput) {}

  plan(run: PlannedRun): void {
    this.#print(runText(run))
  }

  stepStarted(step: PlannedStep): void {
    this.#printedAtMs = 0
    this.#print(`${step.name}: ${paceText(step)}`)
  }

  progress(progress: LiveProgress): void {
    if (progress.elapsedMs - this.#printedAtMs < PLAIN_LINE_EVERY_MS) return
    this.#printedAtMs = progress.elapsedMs
    const elapsed = formatDuration(Math.round(progress.elapsedMs / 1000) * 1000)
    this.#print(`${progress.name}: ${progress.phase} ${elapsed}  ${trafficText(progress)}  ${latencyText(progress)}`)
    for (const { text } of invalidLines(progress)) this.#print(text)
  }

  stepEnded(result: StepResult): void {
    this.#print(stepText(result))
  }

  ended(): void {}

  async close(): Promise<void> {}

  #print(text: string): void {
    this.output.write(`${text.trimEnd()}\n`)
  }
}

function runText({ profile, baseUrl, steps, isOpenEnded }: PlannedRun): string {
  return `${profile}: ${isOpenEnded ? 'a search' : plural(steps.length, 'step')} against ${baseUrl}`
}

function invalidLines(progress: LiveProgress): ScreenLine[] {
  const text = invalidSoFarText(progress)
  return text === undefined ? [] : [{ text: `  ${text}`, style: 'red' }]
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
