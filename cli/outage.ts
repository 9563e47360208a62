import { connect } from 'node:net'
import type { PackageManager } from '../generators/package-managers.ts'
import { runManager } from './run-manager.ts'

/** What a package manager is asked for its settings, and where its answer has them. */
const settings = {
  npm: {
    args: ['config', 'get', 'registry', 'proxy', 'https-proxy'],
    registry: /^registry=(\S+)/m,
    proxy: /proxy=(?!null|undefined)/,
  },
  pnpm: {
    args: ['config', 'list', '--json'],
    registry: /"registry": "([^"]+)"/,
    proxy: /proxy": "/i,
  },
  yarn: {
    args: ['config', 'npmRegistryServer', 'httpProxy', 'httpsProxy', '--json'],
    registry: /"npmRegistryServer","effective":"([^"]+)"/,
    proxy: /Proxy","effective":"/,
  },
}

const limitMs = 1000
const definite = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH'])

/** Whether a package manager is missing and, if its registry cannot be reached, a line that says so; nothing where that is not certain. */
export async function findOutage(
  folder: string,
  manager: PackageManager,
): Promise<{ isMissing: boolean; outage?: string | undefined }> {
  const asks = manager.name === 'bun' ? { args: ['--version'] } : settings[manager.name]
  const answer = await runManager(manager, asks.args, { cwd: folder, seconds: 5 })
  if (!answer.found) return { isMissing: true }
  const registry = 'registry' in asks ? readRegistry(answer.output, asks) : toldToBun()
  return { isMissing: false, outage: registry && !hasProxy() ? await call(registry) : undefined }
}

function readRegistry(
  output: string,
  { registry, proxy }: { registry: RegExp; proxy: RegExp },
): string | undefined {
  return proxy.test(output) ? undefined : registry.exec(output)?.[1]
}

// It cannot be asked, and gives up by itself in two seconds where there is no network.
function toldToBun(): string | undefined {
  return process.env.BUN_CONFIG_REGISTRY ?? process.env.npm_config_registry
}

function hasProxy(): boolean {
  return Object.keys(process.env).some((name) =>
    /^((npm_config_)?https?[-_]proxy|npm_config_proxy|all_proxy)$/i.test(name),
  )
}

/** Why no connection comes about within a second, if none does and that is certain. */
function call(registry: string): Promise<string | undefined> {
  if (!URL.canParse(registry)) return Promise.resolve(undefined)
  const { hostname, port, protocol, origin } = new URL(registry)
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) || (protocol === 'http:' ? 80 : 443) })
    const end = (reason?: string) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(reason && `the registry ${origin} cannot be reached (${reason})`)
    }
    const timer = setTimeout(() => end(`no answer within ${limitMs} ms`), limitMs)
    socket.once('connect', () => end())
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      end(code && definite.has(code) ? code : undefined),
    )
  })
}
