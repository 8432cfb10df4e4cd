import { type Browser, chromium } from 'playwright-core'
import { canInstallPackages, installPackages } from '../tools/local/apt'
import { findProgram } from '../tools/local/run'

const PROGRAMS = ['chromium', 'chromium-headless-shell', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The smallest Chromium package of Debian: it has no window. */
const PACKAGE = 'chromium-headless-shell'

/** Includes the time of an installation. */
export const BROWSER_TIMEOUT_MS = 600_000

/**
 * A headless Chromium: an installed one, or one that is installed first, if this process may install packages.
 * @throws with the missing package in one line
 */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findProgram(...PROGRAMS) ?? (await installChromium())
  // Chromium refuses to run as root with a sandbox. It opens only pages of this project.
  return chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 })
}

async function installChromium(): Promise<string> {
  if (!canInstallPackages()) {
    throw new Error(
      `no Chromium on this machine: install one of ${PROGRAMS.join(', ')} (Debian: apt install ${PACKAGE})`,
    )
  }
  process.stderr.write(`installing ${PACKAGE} for the tests of the pages\n`)
  await installPackages([PACKAGE], () => {})
  const program = findProgram(...PROGRAMS)
  if (program === undefined) throw new Error(`${PACKAGE} was installed, but it contains none of ${PROGRAMS.join(', ')}`)
  return program
}
