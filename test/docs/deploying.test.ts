import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { Deployment } from 'kubernetes-models/apps/v1'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { PersistentVolumeClaim, Secret, Service } from 'kubernetes-models/v1'
import { parse, parseAllDocuments } from 'yaml'
import { readConfig } from '../../template/app/src/config.ts'

const root = join(import.meta.dirname, '../..')
const readText = (path: string) => readFileSync(join(root, path), 'utf8')
const manifests = readText('docs/deploy/kubernetes.yaml')
const server = readText('template/app/src/server.ts')
const kinds = { Deployment, PersistentVolumeClaim, PodDisruptionBudget, Secret, Service }

type Kind = keyof typeof kinds

/** What the .env of an app says, and which is in no image. */
const handedOn = [
  'SESSION_IDLE_SECONDS',
  'SESSION_ABSOLUTE_SECONDS',
  'SESSION_PERMANENT',
  'SESSION_COOKIE_NAME',
  'METRICS_TOKEN',
]

/** The manifests of a text, by their kind. */
function readManifests(text: string) {
  const all = parseAllDocuments(text).map((document) => {
    assert.deepEqual(document.errors, [])
    return document.toJS()
  })
  return new Map<Kind, { apiVersion: string; kind: Kind }>(all.map((each) => [each.kind, each]))
}

/** What the published schema of its kind has against a manifest; empty when that is nothing. */
function findProblem(manifest: { apiVersion: string; kind: Kind }): string {
  const model = kinds[manifest.kind]
  assert.equal(manifest.apiVersion, model.apiVersion)
  try {
    new model(manifest as never).validate()
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

const found = readManifests(manifests)
const deployment = found.get('Deployment') as unknown as Deployment
const { template, replicas = 0, selector } = deployment.spec ?? assert.fail('it has no spec')
const pod = template.spec ?? assert.fail('it has no pods')
const [container = assert.fail('it has no container')] = pod.containers

/** A constant of the server's, in ms, as seconds. */
function secondsOf(name: string): number {
  const [, digits = ''] = new RegExp(`^const ${name} = ([\\d_]+)$`, 'm').exec(server) ?? []
  return Number(digits.replaceAll('_', '')) / 1000
}

describe('docs/deploy/kubernetes.yaml', () => {
  it('has one of each kind, as the schemas of Kubernetes say', () => {
    assert.deepEqual([...found.keys()].sort(), Object.keys(kinds).sort())
    for (const manifest of found.values()) assert.equal(findProblem(manifest), '', manifest.kind)
  })

  it('would not, with a mistake in it', () => {
    const mistakes = [
      ['replicas: 3', "replicas: 'three'"],
      ['- name: http\n              containerPort: 3000', '- name: http'],
      ['path: /livez\n              port: http', 'path: /livez'],
      ['minAvailable: 2', 'minAvailable: [2]'],
      ['- name: http\n      port: 80\n', '- name: http\n'],
    ] as const
    for (const [right, wrong] of mistakes) {
      assert.ok(manifests.includes(right), right)
      const all = readManifests(manifests.replace(right, wrong)).values()
      assert.notEqual([...all].map(findProblem).join(''), '', wrong)
    }
  })

  it('gives an instance the time that it takes to end', () => {
    const delay = Number(
      container.env?.find(({ name }) => name === 'SHUTDOWN_DELAY_SECONDS')?.value,
    )
    const needed = delay + secondsOf('graceMs') + secondsOf('closeMs')
    assert.ok(delay > 0 && needed > 10, `${needed} s`)
    assert.ok(Number(pod.terminationGracePeriodSeconds) > needed, `it takes ${needed} s`)
    const { periodSeconds = 10, failureThreshold = 3 } = container.readinessProbe ?? {}
    assert.ok(periodSeconds * failureThreshold < delay, 'and is left out before it stops serving')
  })

  it('asks the addresses that an app has, at its port', () => {
    const health = readText('template/app/src/http/health.ts')
    const { livenessProbe, readinessProbe, startupProbe, ports = [] } = container
    const probes = [livenessProbe, readinessProbe, startupProbe].map((probe) => probe?.httpGet)
    assert.deepEqual(
      probes.map((probe) => probe?.path),
      ['/livez', '/readyz', '/livez'],
    )
    for (const probe of probes) {
      assert.ok(health.includes(`'${probe?.path}'`))
      assert.equal(probe?.port, 'http')
    }
    assert.deepEqual(ports, [{ name: 'http', containerPort: 3000 }])
    assert.match(readText('template/app/src/config.ts'), /reader\.integer\('PORT', 3000/)
  })

  it('lets an instance do no more than it has to, and leaves some when others end', () => {
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    assert.equal(pod.securityContext?.runAsNonRoot, true)
    assert.equal(pod.automountServiceAccountToken, false)
    const budget = found.get('PodDisruptionBudget') as unknown as PodDisruptionBudget
    assert.ok(Number(budget.spec?.minAvailable) < replicas)
    const service = found.get('Service') as unknown as Service
    for (const labels of [selector.matchLabels, budget.spec?.selector?.matchLabels])
      assert.deepEqual(labels, template.metadata?.labels)
    assert.deepEqual(service.spec?.selector, template.metadata?.labels)
  })

  it('says how long sessions live, as the app may have been made, and who may read the metrics', () => {
    const names = container.env?.map(({ name }) => name) ?? []
    for (const name of handedOn) assert.ok(names.includes(name), name)
    const { stringData = {} } = found.get('Secret') as unknown as Secret
    for (const { name, valueFrom } of container.env ?? []) {
      const key = valueFrom?.secretKeyRef?.key
      assert.ok(key === undefined || key in stringData, name)
    }
  })

  it('sets what an app reads', () => {
    const settings = readText('docs/settings.md')
    for (const { name } of container.env ?? []) assert.ok(settings.includes(`\`${name}\``), name)
  })
})

describe('docs/deploy/docker-compose.override.yml', () => {
  const override = readText('docs/deploy/docker-compose.override.yml')
  const { services } = parse(override)

  it('is of a profile, so that the store can be started without it', () => {
    for (const service of Object.values<{ profiles: string[] }>(services))
      assert.deepEqual(service.profiles, ['app'])
    // Docker Compose fills in all variables of the file, whatever the profile.
    assert.doesNotMatch(override, /\$\{\w+:?\?/)
  })

  it('hands on what .env says, and what it does not say is as by default', () => {
    const { environment } = services.app
    for (const name of handedOn) assert.equal(environment[name], `\${${name}:-}`)
    const empty = Object.fromEntries(handedOn.map((name) => [name, '']))
    const env = { SESSION_SECRETS: randomBytes(32).toString('base64url') }
    const { session, metricsToken } = readConfig({ ...env, ...empty })
    assert.deepEqual(session, readConfig(env).session)
    assert.equal(metricsToken, '')
  })

  it('gives an instance the time that it takes to end', () => {
    const [, delay = ''] =
      /'SHUTDOWN_DELAY_SECONDS', production \? (\d+)/.exec(
        readText('template/app/src/config.ts'),
      ) ?? []
    const needed = Number(delay) + secondsOf('graceMs') + secondsOf('closeMs')
    const [, given = ''] = /^(\d+)s$/.exec(services.app.stop_grace_period) ?? []
    assert.ok(needed > 10 && Number(given) > needed, `${given} of ${needed} s`)
  })
})
