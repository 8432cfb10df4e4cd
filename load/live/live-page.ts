import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { PlannedRun, PlannedStep } from '../load-plan'
import { bundlePage } from '../look/bundle-page'
import { renderReport } from '../report/render-report'
import type { Results, StepResult } from '../results'
import { EventStream } from './event-stream'
import { endedEvent, resultEvent } from './live-events'
import { renderLivePage } from './live-page-html'
import type { LiveProgress, LiveView } from './live-view'

/** Viewers are given this long to take the report before the port is let go. */
const FAREWELL_MS = 2000

/** The page cannot be served, mostly because the port is taken; `cause` is what the system said. */
export class LivePageError extends Error {
  override readonly name = 'LivePageError'
  readonly code = 'live_page_unavailable'
}

/**
 * Serves the run to browsers of this machine while it goes on: the page at `/`, what happens at `/events`, and when the
 * run has ended the report at `/report`, to which the page then turns by itself. It never keeps the process alive.
 * @param port 0 takes any that is free
 * @throws {LivePageError}
 */
export async function openLivePage(port: number): Promise<LiveView & { readonly url: string }> {
  const html = renderLivePage(await bundlePage(join(import.meta.dirname, 'page', 'live.ts')))
  const server = createServer()
  server.on('connection', (socket) => socket.unref())
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch (cause) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    throw new LivePageError(isTaken ? `port ${port} is taken` : `port ${port} cannot be opened`, { cause })
  }
  server.unref()
  return new LivePage(server, html)
}

class LivePage implements LiveView {
  readonly url: string
  readonly #stream = new EventStream()
  #results: Results | undefined
  #report: Promise<string> | undefined
  /** Viewers who were told of the end and have not taken the report yet. */
  #waiting = 0
  #allServed = () => {}

  constructor(
    readonly server: Server,
    readonly html: string,
  ) {
    // A server that listens on a port has an address of this kind.
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    server.on('request', (request, response) => void this.#answer(request, response))
  }

  plan(run: PlannedRun): void {
    this.#stream.tell({ type: 'planned', run })
  }

  stepBegins(step: PlannedStep): void {
    this.#stream.tell({ type: 'step', step })
  }

  progress(progress: LiveProgress): void {
    this.#stream.tell({ type: 'second', progress })
  }

  stepEnds(result: StepResult): void {
    this.#stream.tell(resultEvent(result))
  }

  ended(results: Results): void {
    this.#results = results
    this.#waiting = this.#stream.viewers
    this.#stream.tell(endedEvent(results))
  }

  async close(): Promise<void> {
    if (!this.server.listening) return
    if (this.#waiting > 0) await this.#farewell()
    this.#stream.close()
    const closed = once(this.server, 'close')
    this.server.close()
    this.server.closeAllConnections()
    await closed
  }

  /** Holds the process for a moment, because those who watched would be left with a page that leads nowhere. */
  async #farewell(): Promise<void> {
    const { promise, resolve } = deferred()
    this.#allServed = resolve
    const timer = setTimeout(resolve, FAREWELL_MS)
    await promise
    clearTimeout(timer)
  }

  async #answer({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (method !== 'GET') return respond(response, 405, 'text/plain', 'only GET\n')
    const path = url?.split('?')[0]
    if (path === '/') return respond(response, 200, 'text/html', this.html)
    if (path === '/events') return this.#stream.join(response)
    if (path === '/report') return this.#sendReport(response)
    respond(response, 404, 'text/plain', 'nothing here\n')
  }

  async #sendReport(response: ServerResponse): Promise<void> {
    if (this.#results === undefined) return respond(response, 404, 'text/plain', 'the run has not ended yet\n')
    this.#report ??= renderReport(this.#results)
    const report = await this.#report.catch((error: unknown) => `the report could not be rendered: ${String(error)}\n`)
    response.once('close', () => {
      this.#waiting -= 1
      if (this.#waiting <= 0) this.#allServed()
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
