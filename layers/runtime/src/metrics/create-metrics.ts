import type { Config, Home } from '../config'
import { EmfMetrics, type EmfOptions } from './emf-metrics'
import type { Metrics } from './metrics'
import { noMetrics } from './no-metrics'
import type { PrometheusMetrics } from './prometheus-metrics'

/** What METRICS says, or else what suits the home: Lambda's processes cannot be scraped, its log can be read. */
export function createMetrics(
  wanted: Config['METRICS'],
  home: Home,
  { prometheus, emf }: { readonly prometheus: PrometheusMetrics; readonly emf: EmfOptions },
): Metrics {
  switch (wanted ?? (home === 'lambda' ? 'emf' : 'prometheus')) {
    case 'prometheus':
      void prometheus.watchProcess()
      return prometheus
    case 'emf':
      return new EmfMetrics(emf)
    case 'none':
      return noMetrics
  }
}
