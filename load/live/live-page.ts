import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { PlannedRun, PlannedStep } from '../load-plan'
import { bundlePage } from '../pages/bundle-page'
import { renderReport } from '../report/render-report'
import type { Results, StepResult } from '../results'
import { EventStream } from './event-stream'
import { endedEvent, resultEvent } from './live-events'
import { renderLivePage } from './live-page-html'
import type { LiveProgress, LiveView } from './live-view'

/** How long viewers have to load the report before the server closes. */
const REPORT_TIMEOUT_MS = 2_000

/** The page cannot be served, usually because the port is in use; `cause` is the error of the system. */
export class LivePageError extends Error {
  override readonly name = 'LivePageError'
  readonly code = 'live_page_unavailable'
}

/**
 * Serves a run in progress to browsers on this machine: the page at `/`, its events at `/events`, and after the run the
 * report at `/report`, which the page then opens by itself. The server never keeps the process alive.
 * @param port 0 chooses a free port
 * @throws {LivePageError}
 */
export async function openLivePage(port: number): Promise<LiveView & { readonly url: string }> {
  const page = join(import.meta.dirname, 'page')
  const html = renderLivePage(await bundlePage({ script: join(page, 'live.ts'), styles: join(page, 'live.css') }))
  const server = createServer()
  server.on('connection', (socket) => socket.unref())
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch (cause) {
    const isInUse = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    throw new LivePageError(isInUse ? `port ${port} is in use` : `port ${port} cannot be opened`, { cause })
  }
  server.unref()
  return new LivePage(server, html)
}

class LivePage implements LiveView {
  readonly url: string
  readonly #stream = new EventStream()
  #results: Results | undefined
  #report: Promise<string> | undefined
  /** Viewers who know that the run has ended and have not loaded the report yet. */
  #viewersWithoutReport = 0
  #allServed = () => {}

  constructor(
    readonly server: Server,
    readonly html: string,
  ) {
    // A server that listens on a port has an address of this type.
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    server.on('request', (request, response) => void this.#respond(request, response))
  }

  plan(run: PlannedRun): void {
    this.#stream.publish({ type: 'planned', run })
  }

  stepStarted(step: PlannedStep): void {
    this.#stream.publish({ type: 'step', step })
  }

  progress(progress: LiveProgress): void {
    this.#stream.publish({ type: 'second', progress })
  }

  stepEnded(result: StepResult): void {
    this.#stream.publish(resultEvent(result))
  }

  ended(results: Results): void {
    this.#results = results
    this.#viewersWithoutReport = this.#stream.viewers
    this.#stream.publish(endedEvent(results))
  }

  async close(): Promise<void> {
    if (!this.server.listening) return
    if (this.#viewersWithoutReport > 0) await this.#waitForViewers()
    this.#stream.close()
    const closed = once(this.server, 'close')
    this.server.close()
    this.server.closeAllConnections()
    await closed
  }

  /** Keeps the process alive for a moment: otherwise the pages of the viewers could not load the report. */
  async #waitForViewers(): Promise<void> {
    const { promise, resolve } = deferred()
    this.#allServed = resolve
    const timer = setTimeout(resolve, REPORT_TIMEOUT_MS)
    await promise
    clearTimeout(timer)
  }

  async #respond({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (method !== 'GET') return respond(response, 405, 'text/plain', 'only GET is allowed\n')
    const path = url?.split('?')[0]
    if (path === '/') return respond(response, 200, 'text/html', this.html)
    if (path === '/events') return this.#stream.join(response)
    if (path === '/report') return this.#sendReport(response)
    respond(response, 404, 'text/plain', 'not found\n')
  }

  async #sendReport(response: ServerResponse): Promise<void> {
    if (this.#results === undefined) return respond(response, 404, 'text/plain', 'the run has not ended yet\n')
    this.#report ??= renderReport(this.#results)
    const report = await this.#report.catch((error: unknown) => `the report could not be rendered: ${String(error)}\n`)
    response.once('close', () => {
      this.#viewersWithoutReport -= 1
      if (this.#viewersWithoutReport <= 0) this.#allServed()
    })
    respond(response, 200, report.startsWith('<') ? 'text/html' : 'text/plain', report)
  }
}

function respond(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' }).end(body)
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
