import { formatMs } from '@ecommerce/look/format'
import { type Html, html } from '../../pages/html'
import { channelLabel, figure } from '../../pages/table'
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
<figcaption>Stages of an order: medians in milliseconds. The shop records the times of the stages in whole milliseconds. The medians of the stages add up only approximately to the median of the whole. A synchronous order is never in a broker.</figcaption></figure>
</section>
`
}

function stageOf({ channel, stages }: ChannelResult, stage: keyof Stages): number | undefined {
  return channel === 'sync' && stage === 'acceptedToConsumedMs' ? undefined : stages[stage]
}

/** The shop records whole milliseconds, so the figures resolve nothing below one. */
function formatStage(ms: number): string {
  return ms < 1 ? '< 1' : formatMs(ms)
}

function atLeastZero(ms: number): number {
  return Number.isFinite(ms) ? Math.max(0, ms) : 0
}
