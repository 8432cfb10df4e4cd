import { EXIT_CODES } from './command-line/help'
import type { RunOptions } from './command-line/options'
import { generate } from './generator/generate'
import { combineViews } from './live/combine-views'
import { openLivePage } from './live/live-page'
import type { LiveView } from './live/live-view'
import { createTerminalView } from './live/terminal-view'
import { summaryText } from './output/summary-text'
import { openFolder, removeFolder, writeResults } from './output/write-results'
import { renderReport } from './report/render-report'
import type { Results } from './results'
import { type RunParts, runLoad } from './run/run-load'

export type RunContext = Pick<RunParts, 'runId' | 'commandLine' | 'stop'>

/**
 * Runs the load, shows it while it runs, writes the files and prints the summary.
 * @returns the exit code
 * @throws {ShopError | GeneratorError | OutputError} if the run could not start, or its files could not be written
 */
export async function runAndReport(options: RunOptions, context: RunContext): Promise<number> {
  const terminal = options.json ? process.stderr : process.stdout
  const folder = await openFolder(options.out, context.runId)
  const view = combineViews([createTerminalView(terminal), ...(await livePage(options.livePort, terminal))])
  try {
    const results = await runLoad(options, { ...context, generate, view }).catch(async (error: unknown) => {
      await removeFolder(folder)
      throw error
    })
    return await saveAndPrint(results, { folder, view, terminal, json: options.json })
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
    if (json) process.stdout.write(`${JSON.stringify(results)}\n`)
    terminal.write(`\n${summaryText(results)}\n\n${report === undefined ? '' : `report: ${report}\n`}`)
  }
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
