import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { findLacking, readProject } from '../../generators/add/project.ts'
import { templateFiles, textOf } from '../../generators/template/tree.ts'
import { importsOf, packageOf } from './imports.ts'
import { addFiles as add, openProject } from './plain-project.ts'

describe('the packages that create-sess-app add brings', () => {
  it('keeps the versions that a project has, and warns of another major one', async (test) => {
    const dependencies = { express: '4.16.1', redis: '^4.6.0', 'express-session': '^1.17.0' }
    const folder = openProject(test, { 'package.json': JSON.stringify({ dependencies }) })
    const { warnings } = await add(folder, '--store', 'redis')
    const now = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies
    assert.deepEqual({ ...now, ...dependencies }, now)
    assert.match(
      warnings.join('\n'),
      /asks for redis \^4\.6\.0, and src\/session\/ is made for 6\./,
    )
    assert.match(warnings.join('\n'), /takes the place of a session\(/)
    assert.doesNotMatch(warnings.join('\n'), /express-session \^1/)
  })

  it('makes a package that is there for development only one of the app', async (test) => {
    const manifest = {
      dependencies: { express: '^5.0.0' },
      devDependencies: { 'express-session': '^1.18.0', mocha: '^11.0.0' },
    }
    const folder = openProject(test, { 'package.json': JSON.stringify(manifest) })
    await add(folder, '--store', 'memory')
    const now = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    assert.equal(now.dependencies['express-session'], '^1.18.0')
    assert.deepEqual(now.devDependencies, { mocha: '^11.0.0' })
  })

  it('brings every package that src/session/ imports, and no other of the app’s', (test) => {
    const folder = openProject(test)
    const template = templateFiles()
    const paths = [...template.keys()].filter((path) => /^(app|add)\/src\/session\//.test(path))
    const imported = paths
      .flatMap((path) => importsOf(textOf(template, path) ?? ''))
      .filter((from) => !from.startsWith('.') && !from.startsWith('node:'))
      .map(packageOf)
    const { packages } = findLacking(template, 'memory', readProject(folder, '/'))
    assert.deepEqual(
      new Set([...Object.keys(packages.dependencies ?? {}), 'express']),
      new Set(imported),
      'src/session/ imports other packages than generators/add/project.ts brings. Mend that list.',
    )
  })
})
