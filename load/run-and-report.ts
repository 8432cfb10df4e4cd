import type { RunOptions } from './command-line/options'
import { EXIT_CODES } from './exit-codes'
import { generate } from './generator/generate'
import { combineViews } from './live/combine-views'
import { openLivePage } from './live/live-page'
import type { LiveView } from './live/live-view'
import { createTerminalView } from './live/terminal-view'
import { OutputError, openFolder } from './output/results-folder'
import { summaryText } from './output/summary-text'
import { writeResults } from './output/write-results'
import { renderReport } from './report/render-report'
import type { Results } from './results'
import { unlessStopped } from './run/interrupted'
import { type RunParts, runLoad } from './run/run-load'

export type RunContext = Pick<RunParts, 'runId' | 'commandLine' | 'stop'>

/**
 * Runs the load, shows it while it runs, writes the files and prints the summary.
 * @returns the exit code
 * @throws {ShopError | GeneratorError | OutputError | InterruptedError} if the run could not start, or its files could
 * not be written
 */
export async function runAndReport(options: RunOptions, context: RunContext): Promise<number> {
  const terminal = options.json ? process.stderr : process.stdout
  const folder = await unlessStopped(context.stop, openFolder(options.out, context.runId))
  const view = combineViews([createTerminalView(terminal), ...(await livePage(options.livePort, terminal))])
  try {
    const results = await runLoad(options, { ...context, generate, view }).catch(async (error: unknown) => {
      await folder.remove()
      throw error
    })
    return await saveAndPrint(results, { folder: folder.path, view, terminal, json: options.json })
  } finally {
    await view.close()
  }
}

interface RunOutput {
  readonly folder: string
  readonly view: LiveView
  readonly terminal: NodeJS.WriteStream
  readonly json: boolean
}

/** Prints the figures even if the files cannot be written. */
async function saveAndPrint(results: Results, { folder, view, terminal, json }: RunOutput): Promise<number> {
  let report: string | undefined
  try {
    const files = await writeResults(folder, results, await renderReport(results))
    report = files.report
    return exitCodeOf(results)
  } finally {
    view.ended(results, report)
    if (json) await printJson(results)
    terminal.write(`\n${summaryText(results)}\n\n${report === undefined ? '' : `report: ${report}\n`}`)
  }
}

/** @throws {OutputError} because whoever wants the JSON must learn that it is not complete */
function printJson(results: Results): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${JSON.stringify(results)}\n`, (error) => {
      if (error) reject(new OutputError('stdout', error))
      else resolve()
    })
  })
}

function exitCodeOf({ run, verdict }: Results): number {
  if (run.ending === 'failed') return EXIT_CODES.failed.code
  if (run.ending === 'interrupted') return EXIT_CODES.interrupted.code
  return { PASS: EXIT_CODES.pass, FAIL: EXIT_CODES.fail, INVALID: EXIT_CODES.invalid }[verdict.status].code
}

/** A run goes on without its live page if the page cannot be opened. */
async function livePage(port: number, terminal: NodeJS.WriteStream): Promise<LiveView[]> {
  if (port === 0) return []
  try {
    const page = await openLivePage(port)
    terminal.write(`live page: ${page.url}\n`)
    return [page]
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    terminal.write(`no live page: ${reason} (--live-port chooses another port, 0 disables the page)\n`)
    return []
  }
}
