import type { LiveView } from './live-view'

/** One view that forwards every call to several views of the same run. */
export function combineViews(views: readonly LiveView[]): LiveView {
  return {
    plan: (run) => views.forEach((view) => void view.plan(run)),
    stepStarted: (step) => views.forEach((view) => void view.stepStarted(step)),
    progress: (progress) => views.forEach((view) => void view.progress(progress)),
    stepEnded: (result) => views.forEach((view) => void view.stepEnded(result)),
    ended: (results, reportPath) => views.forEach((view) => void view.ended(results, reportPath)),
    close: async () => {
      await Promise.all(views.map((view) => view.close()))
    },
  }
}
