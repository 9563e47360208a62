import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it, type TestContext } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { chosenStores } from '../chosen-stores.ts'
import { ensureImages } from '../machine/images.ts'
import { imageOf } from '../machine/store-images.ts'
import { openComposition } from './composed.ts'
import { emitApp, lacksDocker } from './emitted-app.ts'
import { laySuite } from './suite.ts'

const root = join(import.meta.dirname, '../..')
const deploy = join(root, 'docs/deploy')
const override = 'docker-compose.override.yml'
const compose = readFileSync(join(deploy, override), 'utf8')
const dockerfile = readFileSync(join(root, 'template/app/Dockerfile'), 'utf8')
const images = [dockerfile, compose].map(
  (text) => /^(?:FROM| +image:) (\S+)$/m.exec(text)?.[1] ?? '',
)
const alice = { username: 'alice', password: 'wax orbit plum lantern' }
const perSecond = 30

/** The address of each store that the override names in a comment, for whoever has another than Redis. */
const addresses = new Map(
  [...compose.matchAll(/^ +# +(\w+) +(\w+:\/\/\S+)$/gm)].map(([, store = '', url = '']) => [
    store,
    url,
  ]),
)
const stores = chosenStores(['redis']).filter((name) => name === 'redis' || addresses.has(name))

/** Emits an app and puts the files of docs/deploy into it, as docs/deploying.md says, with a certificate that this process trusts. */
async function emitDeployed(test: TestContext, store: string) {
  const app = await emitApp(`deployed-${store}`, store)
  test.after(app.remove)
  laySuite(app.folder, store)
  const file = (name: string) => join(app.folder, name)
  cpSync(join(deploy, 'nginx.conf'), file('nginx.conf'))
  const address = addresses.get(store)
  writeFileSync(
    file(override),
    address
      ? compose.replace(/(SESSION_STORE_URL:) .*/, (_, name) => `${name} ${address}`)
      : compose,
  )
  mkdirSync(file('tls'))
  const request =
    'req -x509 -nodes -days 2 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=localhost -addext subjectAltName=DNS:localhost'
  const made = ['-keyout', file('tls/privkey.pem'), '-out', file('tls/fullchain.pem')]
  execFileSync('openssl', [...request.split(' '), ...made], { stdio: 'ignore' })
  setDefaultCACertificates([
    ...getCACertificates(),
    readFileSync(file('tls/fullchain.pem'), 'utf8'),
  ])

  // What the Dockerfile installs comes from this repository, and all else is as it says.
  const [, last = ''] = dockerfile.split(/^(?=FROM )/m)
  writeFileSync(file('Dockerfile'), last.replace(/^COPY --from=.*\n/m, ''))
  const load = (part: string) => import(file(`test/suite/conformance/${part}.ts`))
  const browser: typeof import('../suite/conformance/browser.ts') = await load('browser')
  const clock: typeof import('../suite/conformance/clock.ts') = await load('clock')
  return { folder: app.folder, ...browser, ...clock }
}

/** Skips a test where what stands in for MongoDB has no users of its own, as one of whom the app of the compose file connects. */
async function lacksUsers(test: TestContext, store: string): Promise<boolean> {
  const image = imageOf(store) ?? ''
  const standIn = store === 'mongodb' && (await ensureImages([image])).get(image)
  if (standIn) test.skip(`users of the database are unknown to what stood in: ${standIn}`)
  return Boolean(standIn)
}

describe('three instances behind nginx, by the files of docs/deploy', () => {
  before(async () => {
    if (!process.env.WITHOUT_DOCKER) await ensureImages(images)
  })

  for (const store of stores) {
    it(`serve users, who do not notice that each is replaced: ${store}`, async (test) => {
      if (lacksDocker(test) || (await lacksUsers(test, store))) return
      const { folder, openBrowser, eventually } = await emitDeployed(test, store)
      const composition = await openComposition(test, {
        folder,
        env: {
          STORE_PASSWORD: randomBytes(18).toString('base64url'),
          SESSION_SECRETS: randomBytes(32).toString('base64url'),
          PUBLIC_ORIGIN: 'https://localhost',
        },
        mounts: [`${join(root, 'node_modules')}:/app/node_modules:ro`],
      })
      const { start, stop, portOf, written } = composition
      const startInstance = async () => {
        const id = await start('app')
        await written(id, '"listening"')
        return id
      }
      const [server = ''] = Object.keys(composition.services)
      await start(server)
      const instances = [await startInstance(), await startInstance(), await startInstance()]
      const [first = ''] = instances
      const { username, password } = alice
      await composition.run(first, `printf %s '${password}' | node src/cli/user.ts add ${username}`)
      const proxy = await start('proxy')
      const origin = `https://localhost:${await portOf(proxy, 443)}`
      const isReady = () =>
        fetch(`${origin}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        )
      await eventually(isReady, 'it is ready')

      const plain = `http://localhost:${await portOf(proxy, 80)}/account`
      const { status, headers } = await fetch(plain, { redirect: 'manual' })
      assert.deepEqual([status, headers.get('location')], [308, 'https://localhost/account'])
      const forger = openBrowser(origin, {
        'X-Forwarded-For': '198.51.100.66',
        'X-Forwarded-Proto': 'http',
      })
      assert.equal((await forger.login({ ...alice, password: 'not her password' })).status, 401)
      const browsers = Array.from({ length: 6 }, () => openBrowser(origin))
      for (const browser of browsers) {
        assert.equal((await browser.login(alice)).status, 303)
        assert.equal((await browser.me()).user, 'alice')
        assert.ok(browser.jar.has('__Host-id'), 'the cookie is one for https')
      }
      const logs = (await Promise.all(instances.map((id) => written(id, '')))).join('\n')
      assert.match(logs, /"ip":"\d+\.\d+\.\d+\.\d+".*"event":"authn_login_fail"/)
      assert.doesNotMatch(logs, /198\.51\.100\.66|secret_differs|insecure_transport/)

      const answers: Promise<string>[] = []
      const writes = browsers.map(() => 0)
      const describeAnswer = async (asked: Promise<Response>) => {
        const answer = await asked
        return `${answer.status} ${await answer.text()}`
      }
      const sending = setInterval(() => {
        const turn = answers.length % browsers.length
        writes[turn] = (writes[turn] ?? 0) + 1
        const asked = browsers[turn]?.post('/api/visits') as Promise<Response>
        answers.push(describeAnswer(asked).catch((error) => `failed: ${error.cause ?? error}`))
      }, 1000 / perSecond)
      test.after(() => clearInterval(sending))
      for (const id of instances) {
        await startInstance()
        assert.equal(await stop(id), 0)
      }
      clearInterval(sending)
      const failed = (await Promise.all(answers)).filter((answer) => !answer.startsWith('200 '))
      assert.deepEqual(failed, [])
      assert.ok(answers.length > 100, `${answers.length} requests`)
      const visits = await Promise.all(browsers.map(async (each) => (await each.me()).visits))
      assert.deepEqual(visits, writes, 'and no write is lost')
      test.diagnostic(`${answers.length} writes while three instances were replaced`)
    })
  }
})
