import { channelName } from '@ecommerce/look/channels'
import type { Tone } from '@ecommerce/look/icons'
import { type Html, html } from '../../pages/html'
import { channelLabel, icon } from '../../pages/table'
import { CHANNELS, type Finding, type Results, type Verdict } from '../../results'

const WORDS: Readonly<Record<Verdict['status'], string>> = {
  PASS: 'All guarantees held and all objectives were met.',
  FAIL: 'A guarantee was broken or an objective was missed.',
  INVALID: 'The measurement is not valid: do not use these figures.',
}

const TONES: Readonly<Record<Verdict['status'], Tone>> = { PASS: 'good', FAIL: 'bad', INVALID: 'doubtful' }

/** On a wide screen; each column has a finding or a channel. */
const MOST_COLUMNS = 3

const ENDINGS = { interrupted: 'interrupted', failed: 'ended by a failure' } as const

export function verdictBox(results: Results): Html {
  const { status, headline, findings } = results.verdict
  const findingsOf = (gate: Finding['gate']) => findings.filter((finding) => finding.gate === gate)
  const warnings = warningsOf(results)
  return html`<section class="verdict" data-tone="${TONES[status]}" aria-labelledby="verdict">
<div class="verdict-line">
<h2 id="verdict">${icon(TONES[status])}<span class="verdict-word">${status}</span>${
    results.run.ending !== 'complete' && html`<span class="badge">partial</span>`
  }</h2>
<p class="verdict-meaning">${WORDS[status]}</p>
</div>
<p class="headline">${headline}</p>
${warnings.length > 0 && html`<ul class="warnings">${warnings.map((warning) => html`<li>${warning}</li>`)}</ul>`}
<div class="gates">${gate('Reconciliation', findingsOf('reconciliation'))}${gate('Validity of the measurement', findingsOf('validity'))}${objectives(
    findingsOf('objective'),
    results.channels,
  )}</div>
</section>
`
}

function gate(heading: string, findings: readonly Finding[]): Html | false {
  if (findings.length === 0) return false
  const columns = Math.min(MOST_COLUMNS, findings.length)
  return html`<div class="gate" style="--columns:${columns}"><h3>${heading}</h3>${findingList(findings)}</div>
`
}

/** Side by side like the channels in the summary. The findings below a channel leave out its name. */
function objectives(findings: readonly Finding[], channels: Results['channels']): Html | false {
  if (findings.length === 0) return false
  const [across, within] = channels.length === 1 ? [1, MOST_COLUMNS] : [MOST_COLUMNS, 1]
  return html`<div class="gate" style="--columns:${MOST_COLUMNS}"><h3>Objectives</h3><div class="objective-columns" style="--columns:${across}">${channels.map(
    ({ channel }) => {
      const prefix = `${channel}: `
      const own = findings
        .filter(({ name }) => name.startsWith(prefix))
        .map((finding) => ({ ...finding, name: finding.name.slice(prefix.length) }))
      return html`<div style="--columns:${within}"><h4>${channelLabel(channel)}</h4>${findingList(own)}</div>`
    },
  )}</div></div>
`
}

function findingList(findings: readonly Finding[]): Html {
  // Failed findings come first, so that nobody has to search for them.
  const ordered = [...findings.filter(({ holds }) => !holds), ...findings.filter(({ holds }) => holds)]
  return html`<ul>${ordered.map(
    ({ name, holds, detail }) =>
      html`<li data-holds="${String(holds)}">${icon(holds ? 'good' : 'bad')}<span><strong>${name}</strong> <span class="outcome">${
        holds ? 'passed' : 'failed'
      }</span><span class="detail">${detail}</span></span></li>`,
  )}</ul>`
}

/** What a reader must know before using any figure below. */
export function warningsOf({ run, channels, steps, reconciliation }: Results): string[] {
  const warnings: string[] = []
  if (run.ending !== 'complete')
    warnings.push(`Partial results: ${run.reason ?? `the run was ${ENDINGS[run.ending]}`}.`)
  if (steps.length === 0) warnings.push('No step was completed, so there is nothing to show.')
  if (reconciliation.notAudited !== undefined) {
    warnings.push(`It is unknown whether orders were lost, because the audit failed: ${reconciliation.notAudited}`)
  }
  if (channels.length > 0 && channels.length < CHANNELS.length) {
    const measured = channels.map(({ channel }) => channelName(channel)).join(' and ')
    warnings.push(
      `Only ${measured} ${channels.length === 1 ? 'was' : 'were'} measured, of ${CHANNELS.length} channels.`,
    )
  }
  if (steps.some(({ arrivals }) => arrivals === 'closed')) {
    warnings.push(
      'Closed loop: a client sends its next request only after a response. A slow shop therefore receives fewer requests, and the latencies look better than users would experience them.',
    )
  }
  return warnings
}
