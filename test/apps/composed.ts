import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parse } from 'yaml'
import { read } from '../machine/command.ts'

/** What a service of a compose file may say here; what else one says fails, for it would go untested. */
interface Service {
  image?: string
  build?: string
  command?: string
  environment?: Record<string, string>
  ports?: string[]
  volumes?: string[]
  read_only?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  stop_grace_period?: string
  /** Nothing that a container is started with: which services are meant, and what happens when they end. */
  profiles?: string[]
  restart?: string
  healthcheck?: object
}

interface Options {
  /** The folder of the compose files, and what `.env` there would say. */
  folder: string
  env: Record<string, string>
  /** What services that are built find in their containers beside what their image has: `folder:path:ro`. */
  mounts: string[]
}

/** Reads docker-compose.yml and the override of a folder, with variables filled in as Docker Compose does; throws the message of one that is needed and missing. */
function readServices({ folder, env }: Options) {
  const services: Record<string, Service> = {}
  for (const name of ['docker-compose.yml', 'docker-compose.override.yml']) {
    const path = join(folder, name)
    if (!existsSync(path)) continue
    const text = readFileSync(path, 'utf8').replace(
      /\$\{(\w+)(?::-|:\?([^}]*))?\}/g,
      (_all, variable: string, message = '') => {
        const value = env[variable]
        assert.ok(value || !message, `${variable}: ${message}`)
        return value ?? ''
      },
    )
    Object.assign(services, parse(text).services)
  }
  return services
}

/** Runs services of the compose files of a folder by the engine alone, for there may be no Docker Compose, on a network of their own and until the test ends. */
export async function openComposition(
  test: { after: (end: () => unknown) => void },
  options: Options,
) {
  const services = readServices(options)
  const docker = (...args: string[]) => read(300, 'docker', ...args)
  const network = await docker('network', 'create', `create-sess-app-${process.pid}`)
  const prefix = network.slice(0, 12)
  const containers: string[] = []
  const volumes = new Set<string>()
  const images = new Map<string, string>()
  test.after(async () => {
    for (const id of containers) await docker('rm', '--force', '--volumes', id)
    for (const name of volumes) await docker('volume', 'rm', name)
    await docker('network', 'rm', network)
    for (const id of images.values()) await docker('rmi', id)
  })

  /** The image of a service, which is built once. */
  async function imageOf(name: string, { image = '', build }: Service): Promise<string> {
    if (build === undefined) return image
    const built =
      images.get(name) ?? (await docker('build', '--quiet', join(options.folder, build)))
    images.set(name, built)
    return built
  }

  /** A mount as the engine takes it, for volumes that end with the test. */
  function mountOf(mount: string): string {
    const [from = '', ...to] = mount.split(':')
    if (from.startsWith('.')) return [join(options.folder, from), ...to].join(':')
    volumes.add(`${prefix}-${from}`)
    return [`${prefix}-${from}`, ...to].join(':')
  }

  async function argsOf(name: string, service: Service): Promise<string[]> {
    const { environment = {}, ports = [], volumes: mounts = [], command = '', ...rest } = service
    const { read_only, cap_drop = [], security_opt = [], stop_grace_period, ...last } = rest
    const { image: _i, build, profiles: _p, restart: _r, healthcheck: _h, ...unknown } = last
    assert.deepEqual(unknown, {}, `${name} says what is not tried here`)
    const all = [...mounts.map(mountOf), ...(build === undefined ? [] : options.mounts)]
    const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, a, b]) => a ?? b ?? '')
    return [
      ...['--network', network, '--network-alias', name],
      ...Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
      // A free port of this machine in the place of the one that is said.
      ...ports.flatMap((port) => ['--publish', `127.0.0.1::${port.split(':').at(-1)}`]),
      ...all.flatMap((each) => ['--volume', each]),
      ...cap_drop.flatMap((each) => ['--cap-drop', each]),
      ...security_opt.flatMap((each) => ['--security-opt', each]),
      ...(read_only ? ['--read-only'] : []),
      ...(stop_grace_period ? ['--stop-timeout', stop_grace_period.replace(/s$/, '')] : []),
      await imageOf(name, service),
      ...words,
    ]
  }

  return {
    services,

    /** Starts a container of a service, until the test ends. */
    async start(name: string): Promise<string> {
      const service = services[name]
      assert.ok(service, `There is no service ${name}`)
      const id = await docker('run', '--detach', ...(await argsOf(name, service)))
      containers.push(id)
      return id
    },

    /** Runs a line of shell in a container, and returns what it printed. */
    run: (id: string, line: string) => docker('exec', id, 'sh', '-c', line),

    /** Ends a container as `docker stop` does, within its grace period, and returns its exit code. */
    async stop(id: string): Promise<number> {
      await docker('stop', id)
      return Number(await docker('inspect', '--format', '{{.State.ExitCode}}', id))
    },

    /** The port of this machine that leads to one of a container. */
    async portOf(id: string, port: number): Promise<number> {
      const [line = ''] = (await docker('port', id, String(port))).split('\n')
      return Number(line.split(':').at(-1))
    },

    /** All that a container has written, once it has written this; throws what it was when it never does. */
    async written(id: string, text: string): Promise<string> {
      for (let left = 300; ; left--) {
        const lines = await read(60, 'sh', '-c', `docker logs ${id} 2>&1`)
        if (lines.includes(text)) return lines
        assert.ok(left > 0, `It never wrote "${text}": ${lines}`)
        await pause(200)
      }
    },
  }
}
