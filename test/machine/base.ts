import { copyFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canInstall, installPackages, isInstalled, readSources } from './apt.ts'
import { read, run } from './command.ts'
import { readLabels } from './image.ts'

const base = 'create-sess-app/debian'
const authorities = '/etc/ssl/certs/ca-certificates.crt'

/** Makes the image that stand-ins are built on, unless it is there: the host's own release. */
export async function ensureBase(): Promise<void> {
  if (await readLabels(base)) return
  if (!canInstall()) {
    throw new Error('get it with "docker pull", or run as root on Debian or Ubuntu for a stand-in')
  }
  if (!isInstalled('debootstrap')) await installPackages('debootstrap')
  // Not in /tmp, which is often mounted without devices.
  const folder = await mkdtemp('/var/tmp/create-sess-app-')
  try {
    const root = join(folder, 'root')
    await bootstrap(root)
    const archive = join(folder, 'base.tar')
    const excluded = '--exclude=./var/cache/apt/archives/*.deb'
    await run(120, 'tar', '-C', root, excluded, '--one-file-system', '-cf', archive, '.')
    await run(120, 'docker', 'import', archive, base)
  } finally {
    // A debootstrap that was stopped may leave the host's /proc and /sys mounted in there.
    await read(60, 'rm', '-rf', '--one-file-system', folder)
  }
}

async function bootstrap(root: string): Promise<void> {
  const { suite, mirror, components, list, settings } = await readSources()
  const options = ['--variant=minbase', `--components=${components.join()}`]
  await run(600, 'debootstrap', ...options, suite, root, mirror)
  const write = (path: string, lines: string[], mode: number) =>
    writeFile(join(root, path), `${lines.join('\n')}\n`, { mode })
  await write('etc/apt/sources.list', list, 0o644)
  await write('etc/apt/apt.conf.d/90host', settings, 0o644)
  // Packages start their services when installed, here on the network of the host.
  await write('usr/sbin/policy-rc.d', ['#!/bin/sh', 'exit 101'], 0o755)
  await mkdir(join(root, 'etc/ssl/certs'), { recursive: true })
  // A mirror may only answer by TLS, and with an authority of its own.
  await copyFile(authorities, join(root, authorities)).catch(() => undefined)
}
