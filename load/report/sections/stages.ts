import { formatMs } from '../../look/format'
import { type Html, html } from '../../look/html'
import { channelLabel, figure } from '../../look/table'
import type { ChannelResult, Stages } from '../../results'

const STAGES: readonly (readonly [keyof Stages, string])[] = [
  ['dueToAcceptedMs', 'due → accepted'],
  ['acceptedToConsumedMs', 'accepted → consumed'],
  ['consumedToCommittedMs', 'consumed → committed'],
]

export function stagesSection(channels: readonly ChannelResult[]): Html | false {
  if (channels.length === 0) return false
  const total = ({ stages }: ChannelResult) => STAGES.reduce((sum, [stage]) => sum + atLeastZero(stages[stage]), 0)
  const longest = Math.max(...channels.map(total))
  return html`<section aria-labelledby="stages"><h2 id="stages">Where the time goes</h2>
<figure><div class="table-box" tabindex="0" role="group" aria-label="Stages of an order"><table class="stages">
<thead><tr><th scope="col">channel</th><th scope="col" class="stage-column"><span class="hidden">stages as a bar</span></th>${STAGES.map(
    ([stage, name]) =>
      html`<th scope="col" class="number"><span class="stage-key" data-stage="${stage}"></span>${name}</th>`,
  )}</tr></thead>
<tbody>${channels.map(
    (
      result,
    ) => html`<tr><th scope="row">${channelLabel(result.channel)}</th><td class="stage-column"><span class="stage-bar" aria-hidden="true">${STAGES.map(
      ([stage]) =>
        html`<span data-stage="${stage}" style="width:${longest > 0 ? ((atLeastZero(result.stages[stage]) / longest) * 100).toFixed(2) : 0}%"></span>`,
    )}</span></td>${STAGES.map(([stage]) => html`<td class="number">${figure(stageOf(result, stage), formatStage)}</td>`)}</tr>
`,
  )}</tbody></table></div>
<figcaption>Stages of an order, medians in milliseconds, as the shop stamps them by a clock of whole ones. Medians of parts add up to the median of the whole only nearly. A synchronous order is never in a broker.</figcaption></figure>
</section>
`
}

function stageOf({ channel, stages }: ChannelResult, stage: keyof Stages): number | undefined {
  return channel === 'sync' && stage === 'acceptedToConsumedMs' ? undefined : stages[stage]
}

/** The clock behind it has whole milliseconds: nothing is known of less than one. */
function formatStage(ms: number): string {
  return ms < 1 ? '< 1' : formatMs(ms)
}

function atLeastZero(ms: number): number {
  return Number.isFinite(ms) ? Math.max(0, ms) : 0
}
