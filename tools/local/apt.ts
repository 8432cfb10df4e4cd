import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { findProgram, mustRun } from './run'

/** Debian's maintainer scripts ask this program whether they may start a service; 101 is no. */
const POLICY_FILE = '/usr/sbin/policy-rc.d'
const OUR_POLICY = '#!/bin/sh\n# Written by ecommerce tools/local for the time of one installation.\nexit 101\n'

/** Whether packages can be installed here: Debian or Ubuntu, as root. */
export function canInstallPackages(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && findProgram('apt-get') !== undefined
}

/**
 * Installs Debian packages without starting the services they bring: those would take the standard ports with
 * credentials that are not ours.
 * @throws when apt-get fails, with the last lines it printed
 */
export async function installPackages(packages: readonly string[], note: (text: string) => void): Promise<void> {
  await withServicesHeldBack(async () => {
    // An installation that was cut off earlier has to be finished before the next one.
    await mustRun('dpkg', ['--configure', '-a'])
    await aptGet(['update'], note)
    await aptGet(['install', '--yes', '--no-install-recommends', ...packages], note)
  })
}

/** A policy that somebody else put there stays untouched, whatever it says. */
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
