import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { findProgram, mustRun } from './run'

/** Debian's maintainer scripts run this program before they start a service; exit code 101 forbids it. */
const POLICY_FILE = '/usr/sbin/policy-rc.d'
const OUR_POLICY = '#!/bin/sh\n# Written by ecommerce tools/local for the duration of one installation.\nexit 101\n'

/** Whether packages can be installed here: Debian or Ubuntu, as root. */
export function canInstallPackages(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && findProgram('apt-get') !== undefined
}

/**
 * Installs Debian packages without starting their services, which would occupy the standard ports with credentials
 * that are not configured here.
 * @throws when apt-get fails, with the last lines of its output
 */
export async function installPackages(packages: readonly string[], note: (text: string) => void): Promise<void> {
  await withServicesHeldBack(async () => {
    // An interrupted installation must be completed first.
    await mustRun('dpkg', ['--configure', '-a'])
    await aptGet(['update'], note)
    await aptGet(['install', '--yes', '--no-install-recommends', ...packages], note)
  })
}

/** A policy that somebody else installed stays unchanged. */
async function withServicesHeldBack(work: () => Promise<void>): Promise<void> {
  const isOurs = () => existsSync(POLICY_FILE) && readFileSync(POLICY_FILE, 'utf8') === OUR_POLICY
  const remove = () => {
    if (isOurs()) rmSync(POLICY_FILE)
  }
  if (!existsSync(POLICY_FILE)) {
    writeFileSync(POLICY_FILE, OUR_POLICY)
    chmodSync(POLICY_FILE, 0o755)
  }
  process.once('exit', remove)
  try {
    await work()
  } finally {
    process.removeListener('exit', remove)
    remove()
  }
}

async function aptGet(args: readonly string[], note: (text: string) => void): Promise<void> {
  await mustRun('apt-get', ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Dpkg::Use-Pty=0', ...args], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    onLine: (line) => note(line.slice(0, 100)),
  })
}
