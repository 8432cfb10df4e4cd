interface Operation {
  readonly security?: readonly Readonly<Record<string, unknown>>[]
}

interface Secured {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly securitySchemes?: Readonly<Record<string, { readonly scheme?: string }>> }
}

/**
 * Leaves only the security schemes that take a bearer token, for "Authorize" of Swagger UI. For a scheme with a provider it
 * would send requests to that provider, which the content security policy of the page forbids.
 */
export function withBearerOnly<Document extends Secured>(document: Document): Document {
  const schemes = Object.entries(document.components?.securitySchemes ?? {})
  if (schemes.length === 0) return document
  const securitySchemes = Object.fromEntries(schemes.filter(([, { scheme }]) => scheme === 'bearer'))
  const isKept = (requirement: object) => Object.keys(requirement).every((name) => Object.hasOwn(securitySchemes, name))
  const paths = Object.entries(document.paths).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [
        method,
        operation.security === undefined
          ? operation
          : { ...operation, security: operation.security.filter((requirement) => isKept(requirement)) },
      ]),
    ),
  ])
  return { ...document, paths: Object.fromEntries(paths), components: { ...document.components, securitySchemes } }
}
