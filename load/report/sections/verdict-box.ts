import { channelName } from '../../look/channel-look'
import { type Html, html } from '../../look/html'
import { channelLabel } from '../../look/table'
import { CHANNELS, type Finding, type Results, type Verdict } from '../../results'

const WORDS: Readonly<Record<Verdict['status'], string>> = {
  PASS: 'Every promise held and every objective was met.',
  FAIL: 'A promise was broken or an objective was missed.',
  INVALID: 'These figures must not be used.',
}

/** Of the box, where there is room for them: a finding, or a channel, in each. */
const MOST_COLUMNS = 3

const ENDINGS = { interrupted: 'interrupted', failed: 'ended by a failure' } as const

export function verdictBox(results: Results): Html {
  const { status, headline, findings } = results.verdict
  const findingsOf = (gate: Finding['gate']) => findings.filter((finding) => finding.gate === gate)
  const marks = marksOf(results)
  return html`<section class="verdict" data-status="${status}" aria-labelledby="verdict">
<div class="verdict-line">
<h2 id="verdict">${icon(status)}<span class="verdict-word">${status}</span>${
    results.run.ending !== 'complete' && html`<span class="badge">partial</span>`
  }</h2>
<p class="verdict-meaning">${WORDS[status]}</p>
</div>
<p class="headline">${headline}</p>
${marks.length > 0 && html`<ul class="marks">${marks.map((mark) => html`<li>${mark}</li>`)}</ul>`}
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

/** Side by side as the channels are in the summary; beneath its channel a finding need not name it. */
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
  // What does not hold is what a reader must not have to look for.
  const ordered = [...findings.filter(({ holds }) => !holds), ...findings.filter(({ holds }) => holds)]
  return html`<ul>${ordered.map(
    ({ name, holds, detail }) =>
      html`<li data-holds="${String(holds)}">${icon(holds ? 'PASS' : 'FAIL')}<span><strong>${name}</strong> <span class="outcome">${
        holds ? 'passed' : 'failed'
      }</span><span class="detail">${detail}</span></span></li>`,
  )}</ul>`
}

/** What a reader has to know before believing any figure below. */
export function marksOf({ run, channels, steps, reconciliation }: Results): string[] {
  const marks: string[] = []
  if (run.ending !== 'complete') marks.push(`Partial results: ${run.reason ?? `the run was ${ENDINGS[run.ending]}`}.`)
  if (steps.length === 0) marks.push('No step came to an end, so there is nothing to show.')
  if (reconciliation.notAudited !== undefined) {
    marks.push(`Nothing is known of losses. The books could not be read: ${reconciliation.notAudited}`)
  }
  if (channels.length > 0 && channels.length < CHANNELS.length) {
    const measured = channels.map(({ channel }) => channelName(channel)).join(' and ')
    marks.push(`Only ${measured} ${channels.length === 1 ? 'was' : 'were'} measured, of ${CHANNELS.length} channels.`)
  }
  if (steps.some(({ arrivals }) => arrivals === 'closed')) {
    marks.push('Closed loop: a client sends only when it has its answer, so response times hide the waiting of others.')
  }
  return marks
}

/** Told apart by shape: a tick in a disc, a cross in an octagon, a bar in a triangle. */
function icon(status: Verdict['status']): Html {
  const shapes = {
    PASS: html`<circle cx="12" cy="12" r="11" fill="currentColor"/><path d="M6.5 12.5l3.7 3.7 7.3-8"/>`,
    FAIL: html`<path d="M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4Z" fill="currentColor" stroke="none"/><path d="M8 8l8 8M16 8l-8 8"/>`,
    INVALID: html`<path d="M12 1 23.5 22H.5Z" fill="currentColor" stroke="none"/><path d="M12 9v6.2M12 18.2v.3"/>`,
  }
  return html`<svg class="icon" data-icon="${status}" viewBox="0 0 24 24" aria-hidden="true">${shapes[status]}</svg>`
}
