import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { EventStream } from './event-stream'
import type { LiveEvent } from './live-events'
import type { LiveProgress } from './live-view'

const streams: EventStream[] = []
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close()
})

describe('an event stream', () => {
  it('sends a late viewer all events in order', () => {
    const stream = streamWith({})
    const early = new FakeViewer()
    stream.join(early.response)
    for (let at = 1; at <= 3; at += 1) stream.publish(second(at))
    const late = new FakeViewer()
    stream.join(late.response)
    stream.publish(second(4))
    expect(early.seconds()).toEqual([1, 2, 3, 4])
    expect(late.seconds()).toEqual([1, 2, 3, 4])
  })

  it('drops the oldest seconds of a long run, and no other events', () => {
    const stream = streamWith({ history: 50 })
    stream.publish({ type: 'ended', status: 'PASS', headline: 'fine' })
    for (let at = 1; at <= 1000; at += 1) stream.publish(second(at))
    const late = new FakeViewer()
    stream.join(late.response)
    expect(late.events()[0]).toMatchObject({ type: 'ended' })
    expect(late.seconds().length).toBeLessThanOrEqual(50)
    expect(late.seconds().length).toBeGreaterThanOrEqual(45)
    expect(late.seconds().at(-1)).toBe(1000)
  })

  it('disconnects a viewer that does not read, and nobody else', () => {
    const stream = streamWith({ pendingBytes: 1000 })
    const [slow, quick] = [new FakeViewer(), new FakeViewer()]
    stream.join(slow.response)
    stream.join(quick.response)
    slow.pendingBytes = 1001
    stream.publish(second(1))
    expect(slow.isDestroyed).toBe(true)
    expect(stream.viewers).toBe(1)
    expect(quick.seconds()).toEqual([1])
  })

  it('refuses more viewers than its limit', () => {
    const stream = streamWith({ viewers: 1 })
    stream.join(new FakeViewer().response)
    const second = new FakeViewer()
    stream.join(second.response)
    expect(second.status).toBe(503)
    expect(stream.viewers).toBe(1)
  })

  it('survives a viewer whose connection breaks', () => {
    const stream = streamWith({})
    const viewer = new FakeViewer()
    stream.join(viewer.response)
    viewer.emitter.emit('error', new Error('ECONNRESET'))
    stream.publish(second(1))
    expect(stream.viewers).toBe(0)
    expect(viewer.seconds()).toEqual([])
  })
})

function streamWith(limits: Partial<EventStream['limits']>): EventStream {
  const stream = new EventStream({ history: 100, viewers: 5, pendingBytes: 10_000, ...limits })
  streams.push(stream)
  return stream
}

function second(at: number): LiveEvent {
  const progress: LiveProgress = {
    name: 'sync 1',
    phase: 'measured',
    elapsedMs: at * 1000,
    offered: 1,
    accepted: 1,
    refused: 0,
    failed: 0,
    dropped: 0,
    inFlight: 0,
  }
  return { type: 'second', progress }
}

/** The part of a response that a stream uses. */
class FakeViewer {
  readonly emitter = new EventEmitter()
  readonly response: ServerResponse
  pendingBytes = 0
  status = 0
  isDestroyed = false
  #written = ''

  constructor() {
    const parts = {
      writeHead: (status: number) => {
        this.status = status
        return this.response
      },
      write: (text: string) => {
        this.#written += text
        return true
      },
      end: () => this.response,
      destroy: () => {
        this.isDestroyed = true
        this.emitter.emit('close')
      },
    }
    // The stream uses no other members of a response.
    this.response = Object.assign(this.emitter, parts) as unknown as ServerResponse
    Object.defineProperty(this.response, 'writableLength', { get: () => this.pendingBytes })
  }

  events(): LiveEvent[] {
    return this.#written
      .split('\n\n')
      .filter((message) => message.startsWith('data: '))
      .map((message) => JSON.parse(message.slice('data: '.length)))
  }

  seconds(): number[] {
    return this.events().flatMap((event) => (event.type === 'second' ? event.progress.elapsedMs / 1000 : []))
  }
}
