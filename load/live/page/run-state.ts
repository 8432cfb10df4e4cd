import type { PlannedRun, PlannedStep } from '../../load-plan'
import type { LiveEvent, LiveResult } from '../live-events'
import type { LiveProgress } from '../live-view'

/** The state of the run after all events so far. */
export interface RunState {
  readonly run?: PlannedRun
  readonly step?: PlannedStep
  /** The seconds of the running step, or of the last one. */
  readonly seconds: readonly LiveProgress[]
  readonly results: ReadonlyMap<string, LiveResult>
  readonly isOver: boolean
}

export const NOTHING_YET: RunState = { seconds: [], results: new Map(), isOver: false }

export function afterEvent(state: RunState, event: LiveEvent): RunState {
  switch (event.type) {
    case 'planned':
      return { ...state, run: event.run }
    case 'step':
      return { ...state, step: event.step, seconds: [] }
    case 'second':
      return event.progress.name === state.step?.name
        ? { ...state, seconds: [...state.seconds, event.progress] }
        : state
    case 'result':
      return { ...state, results: new Map([...state.results, [event.result.name, event.result]]) }
    case 'ended':
      return { ...state, isOver: true }
  }
}
