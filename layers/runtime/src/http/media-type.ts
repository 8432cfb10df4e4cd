const TOKEN = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/
const PARAMETERS = /;\s*([^\s=;"]*)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s;"]*))?\s*/g
/** `utf8` is not registered, but common and unambiguous. */
const UTF_8 = ['utf-8', 'utf8']

/**
 * Whether a content type is one of the accepted types, in UTF-8. JSON has no other encoding (RFC 8259, section 8.1), so a
 * different charset is a different type. Other parameters have no meaning for JSON.
 * @param accepted in lower case, without parameters
 */
export function isAccepted(contentType: string, accepted: readonly string[]): boolean {
  if (accepted.includes(contentType)) return true
  const [given = ''] = contentType.split(';', 1)
  const mediaType = given.trim().toLowerCase()
  return TOKEN.test(mediaType) && accepted.includes(mediaType) && isUtf8Only(contentType.slice(given.length))
}

function isUtf8Only(parameters: string): boolean {
  if (parameters.replaceAll(PARAMETERS, '') !== '') return false
  return [...parameters.matchAll(PARAMETERS)]
    .filter(([, name = '']) => name.toLowerCase() === 'charset')
    .every(([, , value = '']) => UTF_8.includes(unquoted(value).toLowerCase()))
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value
}
