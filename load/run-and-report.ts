import { EXIT_CODES } from './command-line/help'
import type { RunOptions } from './command-line/options'
import { generate } from './generator/generate'
import { openLivePage } from './live/live-page'
import type { LiveView } from './live/live-view'
import { createTerminalView } from './live/terminal-view'
import { summaryText } from './output/summary-text'
import { openFolder, removeFolder, writeResults } from './output/write-results'
import { renderReport } from './report/render-report'
import type { Results } from './results'
import { type RunParts, runLoad } from './run/run-load'
import { severalViews } from './run/several-views'

export type RunCircumstances = Pick<RunParts, 'runId' | 'commandLine' | 'stop'>

/**
 * A run with all that is around it: someone to watch, files, a summary.
 * @returns the exit code
 * @throws {ShopError | GeneratorError | OutputError} when nothing could be begun, or nothing kept
 */
export async function runAndReport(options: RunOptions, circumstances: RunCircumstances): Promise<number> {
  const people = options.json ? process.stderr : process.stdout
  const folder = await openFolder(options.out, circumstances.runId)
  const view = severalViews([createTerminalView(people), ...(await livePage(options.livePort, people))])
  try {
    const results = await runLoad(options, { ...circumstances, generate, view }).catch(async (error: unknown) => {
      await removeFolder(folder)
      throw error
    })
    return await keep(results, { folder, view, people, json: options.json })
  } finally {
    await view.close()
  }
}

interface Keeping {
  readonly folder: string
  readonly view: LiveView
  readonly people: NodeJS.WriteStream
  readonly json: boolean
}

/** Whatever happens to the files, the figures are shown. */
async function keep(results: Results, { folder, view, people, json }: Keeping): Promise<number> {
  let report: string | undefined
  try {
    const files = await writeResults(folder, results, await renderReport(results))
    report = files.report
    return exitCodeOf(results)
  } finally {
    view.ended(results, report)
    if (json) process.stdout.write(`${JSON.stringify(results)}\n`)
    people.write(`\n${summaryText(results)}\n\n${report === undefined ? '' : `report: ${report}\n`}`)
  }
}

function exitCodeOf({ run, verdict }: Results): number {
  if (run.ending === 'failed') return EXIT_CODES.failed.code
  if (run.ending === 'interrupted') return EXIT_CODES.interrupted.code
  return { PASS: EXIT_CODES.pass, FAIL: EXIT_CODES.fail, INVALID: EXIT_CODES.invalid }[verdict.status].code
}

/** A page that nobody can open is no reason not to measure. */
async function livePage(port: number, people: NodeJS.WriteStream): Promise<LiveView[]> {
  if (port === 0) return []
  try {
    const page = await openLivePage(port)
    people.write(`watch it at ${page.url}\n`)
    return [page]
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    people.write(`no page to watch it on: ${reason} (--live-port chooses another port, 0 none)\n`)
    return []
  }
}
