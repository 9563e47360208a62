import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { runCommand, temporaryFolder } from '../command.ts'
import { cloneEnvironment, cloneRepository } from '../docs/clone.ts'
import { imageOf, listImages } from './store-images.ts'

describe('npm run smoke, where no Docker engine answers', () => {
  const clone = join(temporaryFolder({ after }), 'clone')
  before(() => cloneRepository(clone, 'linked'))

  function smoke(args: string[], env: NodeJS.ProcessEnv = {}) {
    const without = { ...cloneEnvironment, DOCKER_HOST: 'unix:///nowhere/docker.sock', ...env }
    const all = ['test/run.ts', 'apps/install', ...args]
    return runCommand(process.execPath, all, { cwd: clone, env: without })
  }

  it('fails for a store that was named, and says why', async () => {
    const { code, err } = await smoke(['--store=redis'])
    assert.equal(code, 1)
    assert.match(err, /^Rung "install" was asked for and cannot run: No Docker engine answers/m)
    assert.match(err, /nowhere\/docker\.sock/)
  })

  it('fails where CI is set, whatever was named', async () => {
    const { code, err } = await smoke([], { CI: 'true' })
    assert.equal(code, 1)
    assert.match(err, /No Docker engine answers/)
  })

  it('fails for a store with a server when it is to be quick, and says what to leave out', async () => {
    const { code, err } = await smoke(['--quick', '--store=redis'])
    assert.equal(code, 1)
    assert.match(err, /test:quick starts no server; leave out ":quick"/)
  })

  it('refuses a store that is not there, with those that are', async () => {
    const { code, err } = await smoke(['--store=rediss'])
    assert.equal(code, 2)
    assert.match(err, /^There is no store rediss: choose among sqlite, redis, /)
  })
})

describe('the images that a run needs', () => {
  it('are those of the stores that were named, and of no others', () => {
    assert.deepEqual(listImages(['redis', 'sqlite', 'keyv']), [imageOf('redis')])
    assert.deepEqual(listImages(['sqlite', 'file']), [])
  })

  it('are those of all stores, where none was named', () => {
    const images = listImages()
    assert.ok(images.length > 5)
    for (const store of ['redis', 'postgres', 'dynamodb']) {
      assert.ok(images.includes(imageOf(store) ?? 'none'), store)
    }
  })
})
