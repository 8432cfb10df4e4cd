import type { LiveView } from '../live/live-view'

/** Several who watch the same run. */
export function severalViews(views: readonly LiveView[]): LiveView {
  return {
    plan: (run) => views.forEach((view) => void view.plan(run)),
    stepBegins: (step) => views.forEach((view) => void view.stepBegins(step)),
    progress: (progress) => views.forEach((view) => void view.progress(progress)),
    stepEnds: (result) => views.forEach((view) => void view.stepEnds(result)),
    ended: (results, reportPath) => views.forEach((view) => void view.ended(results, reportPath)),
    close: async () => {
      await Promise.all(views.map((view) => view.close()))
    },
  }
}
