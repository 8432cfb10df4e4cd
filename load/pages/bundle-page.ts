import { bundlePage as bundle, type PageBundle } from '@ecommerce/look/bundle-page'
import { stop } from 'esbuild'

/** By script: the sources of a page do not change while the process runs. */
const bundles = new Map<string, Promise<PageBundle>>()

/** Bundles a page once per process. @param entries paths of the browser script and of the stylesheet */
export function bundlePage(entries: { readonly script: string; readonly styles: string }): Promise<PageBundle> {
  const bundled = bundles.get(entries.script) ?? bundleAndStop(entries)
  bundles.set(entries.script, bundled)
  return bundled
}

/** Ends the process of esbuild: otherwise Ctrl-C in the terminal would end it and break the next bundle. */
async function bundleAndStop(entries: { readonly script: string; readonly styles: string }): Promise<PageBundle> {
  try {
    return await bundle(entries)
  } finally {
    await stop()
  }
}
