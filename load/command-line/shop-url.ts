import { z } from 'zod'

/**
 * The address of a shop: scheme, host, port and path. The path is for a shop behind a gateway, such as the stage of an
 * API on AWS. Everything else is an error, because the load tool would ignore it.
 */
export const shopUrl = z.string().transform((text, context) => {
  const problem = problemOf(text)
  if (problem !== undefined) {
    context.addIssue(problem)
    return z.NEVER
  }
  const { origin, pathname } = new URL(text)
  return `${origin}${pathname.replace(/\/+$/, '')}`
})

function problemOf(text: string): string | undefined {
  const example = 'must be an address such as http://localhost:3000'
  if (!URL.canParse(text)) return example
  const { protocol, username, password, href, port } = new URL(text)
  if (protocol !== 'http:' && protocol !== 'https:') return example
  if (username !== '' || password !== '') return 'must not contain a user name or a password: the load tool sends none'
  if (/[?#]/.test(href)) return 'must not contain a query or a fragment'
  if (port === '0') return 'must have a port from 1 to 65535'
  return undefined
}
