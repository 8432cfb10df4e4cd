/**
 * Removes the parts of an address that may be secret: user name, password, query and fragment. Also for text that is no
 * valid address, because a typing error must not print a password.
 */
export function withoutSecrets(text: string): string {
  const [, scheme = '', rest = text] = /^((?:[a-z][a-z\d+.-]*:)?[/\\]*)(.*)$/is.exec(text) ?? []
  const host = rest.slice(rest.lastIndexOf('@') + 1).replace(/[?#].*$/s, '')
  // Without slashes, what looks like a scheme may be a user name.
  return host.length === rest.length ? text : `${/[/\\]/.test(scheme) ? scheme : ''}${host}`
}
