import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { canInstall, installPackages, isInstalled } from './apt.ts'
import { explain, openLog, read, readReason, run } from './command.ts'

const startSeconds = 60

/** Makes sure that a Docker engine answers, or says in one line what is missing. */
export async function ensureDocker(): Promise<string | undefined> {
  const silence = await askEngine()
  if (!silence) return undefined
  const missing = `No Docker engine answers (${silence})`
  const host = process.env.DOCKER_HOST
  if (host) return `${missing}: start the one at DOCKER_HOST=${host}, or unset DOCKER_HOST`
  if (!canInstall()) {
    return `${missing}: start one, or run as root on Debian or Ubuntu to have it installed`
  }
  try {
    if (!isInstalled('dockerd')) await installPackages('docker.io', 'ca-certificates')
    // Newer releases have the command line in a package of its own.
    if (!isInstalled('docker')) await installPackages('docker-cli')
    await startEngine()
    return undefined
  } catch (error) {
    return `${missing} and it could not be set up: ${explain(error)}`
  }
}

async function askEngine(): Promise<string | undefined> {
  try {
    await read(10, 'docker', 'version', '--format', '{{.Server.Version}}')
    return undefined
  } catch (error) {
    return explain(error)
  }
}

async function startEngine(): Promise<void> {
  // The package may have started it
  if (!(await askEngine())) return
  if (existsSync('/run/systemd/system')) {
    await run(startSeconds, 'systemctl', 'start', 'docker')
    return
  }
  const { path, file } = await openLog('dockerd')
  const engine = spawn('dockerd', [], { stdio: ['ignore', file.fd, file.fd], detached: true })
  let ended: string | undefined
  engine.once('error', (error) => {
    ended = error.message
  })
  engine.once('exit', (code) => {
    ended = `exit code ${code}`
  })
  engine.unref()
  await file.close()
  const end = Date.now() + startSeconds * 1000
  while (await askEngine()) {
    if (ended || Date.now() > end) {
      const reason = ended ?? `silent for ${startSeconds} s`
      throw new Error(`dockerd: ${reason}: ${await readReason(path)} (log: ${path})`)
    }
    await wait(250)
  }
}
