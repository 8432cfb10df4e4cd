import { describe, expect, it } from 'vitest'
import { html, scriptJson } from './html'

describe('markup from a template', () => {
  it('escapes text and keeps markup', () => {
    expect(html`<p title="${`"'`}">${'<b>&</b>'} ${html`<i>${1}</i>`}</p>`.markup).toBe(
      '<p title="&quot;&#39;">&lt;b&gt;&amp;&lt;/b&gt; <i>1</i></p>',
    )
  })

  it('joins lists, and renders absent parts as nothing', () => {
    expect(html`${['a', html`<br>`, ['<', undefined]]}${undefined}${false}${0}`.markup).toBe('a<br>&lt;0')
  })
})

describe('JSON inside a script element', () => {
  it('parses to the same value, and cannot end the element', () => {
    const value = { text: '</script><!-- <script>', separator: '\u2028' }
    const { markup } = scriptJson(value)
    expect(markup).not.toContain('<')
    expect(JSON.parse(markup)).toEqual(value)
  })
})
