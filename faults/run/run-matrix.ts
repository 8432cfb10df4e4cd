import { ShopError } from '../../load/shop/shop-error'
import type { BoundFault, FaultSystem } from '../catalogue/fault'
import type { CellResult, Skipped } from '../results'
import { UnhealthyError } from './inject'
import { recoverByForce } from './recover'
import { type CellOptions, runCell } from './run-cell'

export interface MatrixOptions extends Omit<CellOptions, 'cellId'> {
  readonly runId: string
}

export interface Matrix {
  readonly cells: readonly CellResult[]
  /** Faults that could not be tried, and those that could not be measured. */
  readonly skipped: readonly Skipped[]
  /** Whether a fault could not be measured. */
  readonly isPartial: boolean
}

export interface MatrixEvents {
  started(fault: BoundFault): void
  ended(cell: CellResult): void
  skipped(skipped: Skipped): void
}

/** Injects one fault after another. After each of them the shop works again, if necessary by force. */
export async function runMatrix(
  faults: Iterable<BoundFault> | AsyncIterable<BoundFault>,
  system: FaultSystem,
  options: MatrixOptions,
  events: MatrixEvents,
): Promise<Matrix> {
  const cells: CellResult[] = []
  const skipped: Skipped[] = []
  let isPartial = false
  const skip = (fault: BoundFault, reason: string) => {
    skipped.push({ fault: fault.id, reason })
    events.skipped({ fault: fault.id, reason })
  }
  let number = 0
  for await (const fault of faults) {
    if (options.stop.aborted) break
    if (fault.obstacle !== undefined) {
      skip(fault, fault.obstacle)
      continue
    }
    events.started(fault)
    try {
      const cell = await runCell(fault, system, { ...options, cellId: `${options.runId}-${++number}` })
      cells.push(cell)
      events.ended(cell)
    } catch (error) {
      if (options.stop.aborted) break
      isPartial = true
      skip(fault, `not measured: ${error instanceof Error ? error.message : String(error)}`)
      if (!(error instanceof ShopError || error instanceof UnhealthyError)) skip(fault, 'the tool itself failed')
      await recoverByForce(system)
    }
  }
  return { cells, skipped, isPartial }
}
