import { type Browser, chromium } from 'playwright-core'
import { canInstallPackages, installPackages } from '../tools/local/apt'
import { findProgram } from '../tools/local/run'

const PROGRAMS = ['chromium', 'chromium-headless-shell', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The smallest Chromium of Debian: without a window, which nobody would see here. */
const PACKAGE = 'chromium-headless-shell'

/** Long enough for an installation. */
export const BROWSER_TIMEOUT_MS = 600_000

/**
 * A headless Chromium: the one of this machine, or one that is installed first where the project may do so.
 * @throws saying in one line what is missing
 */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findProgram(...PROGRAMS) ?? (await installChromium())
  // Chromium refuses to run as root with a sandbox; it opens nothing here but pages of our own.
  return chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 })
}

async function installChromium(): Promise<string> {
  if (!canInstallPackages()) {
    throw new Error(
      `no Chromium on this machine: install one of ${PROGRAMS.join(', ')} (Debian: apt install ${PACKAGE})`,
    )
  }
  process.stderr.write(`installing ${PACKAGE}, which looks at pages\n`)
  await installPackages([PACKAGE], () => {})
  const program = findProgram(...PROGRAMS)
  if (program === undefined) throw new Error(`${PACKAGE} was installed, and brought none of ${PROGRAMS.join(', ')}`)
  return program
}
