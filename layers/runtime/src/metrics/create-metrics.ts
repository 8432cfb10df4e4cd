import type { Config, Home } from '../config'
import { EmfMetrics, type EmfOptions } from './emf-metrics'
import type { Metrics } from './metrics'
import { noMetrics } from './no-metrics'
import type { PrometheusMetrics } from './prometheus-metrics'

/** Creates the metrics that METRICS names. By default that is EMF on Lambda, whose processes cannot be scraped. */
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
