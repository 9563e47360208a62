import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { applyChanges } from '../../generators/files/apply.ts'
import { conflictError, type OnConflict, planChanges } from '../../generators/files/plan.ts'
import { putText } from '../../generators/template/tree.ts'
import { listing, runCommand, temporaryFolder } from '../command.ts'
import { folderOf, plan, refusedAs, treeOf } from './planned.ts'

const ways: OnConflict[] = ['error', 'skip', 'merge', 'overwrite']

describe('the plan for a folder', () => {
  it('says what becomes of each file, as the way to deal with conflicts asks', (t) => {
    const there = { same: 'a', '.env': 'A=1\n', 'a.txt': 'theirs', 'package.json': 'no json' }
    const target = folderOf(t, there)
    const ours = { new: '', same: 'a', '.env': 'A=2\nB=2\n', 'a.txt': 'ours', 'package.json': '{}' }
    const kinds = (onConflict: OnConflict) =>
      plan(target, ours, onConflict)
        .map(({ kind }) => kind)
        .join(' ')
    assert.equal(kinds('error'), 'create same conflict conflict conflict')
    assert.equal(kinds('skip'), 'create same keep keep keep')
    assert.equal(kinds('merge'), 'create same merge keep keep')
    assert.equal(kinds('overwrite'), 'create same replace replace replace')
    const note = plan(target, ours, 'merge').find(({ path }) => path === 'package.json')?.note
    assert.match(note ?? '', /nor be merged/)
  })

  it('names what is in the way when it is refused, with exit code 3', (t) => {
    const target = folderOf(t, { a: 'theirs', b: '' })
    const changes = plan(target, { a: 'ours', b: '', c: '' })
    const refusal = conflictError(changes, target)
    assert.equal(refusal?.exitCode, 3)
    assert.match(refusal?.message ?? '', /in the way: a\. Say --on/)
    assert.equal(conflictError(plan(target, { b: '', c: '' }), target), undefined)
  })

  it('takes a file for the same when only its line ends are those of Windows', (t) => {
    const target = folderOf(t, { a: 'one\r\ntwo\r\n', b: 'one\r\ntwo\n' })
    const changes = plan(target, { a: 'one\ntwo\n', b: 'one\ntwo\n' })
    assert.deepEqual(
      changes.map(({ kind }) => kind),
      ['same', 'conflict'],
    )
  })

  for (const onConflict of ways) {
    it(`refuses links, and folders for files, whatever is said: ${onConflict}`, (t) => {
      const elsewhere = folderOf(t, { a: 'a', 'b/c': 'c' })
      const target = temporaryFolder(t)
      symlinkSync(join(elsewhere, 'a'), join(target, 'a'))
      symlinkSync(join(elsewhere, 'b'), join(target, 'b'))
      symlinkSync('nowhere', join(target, 'c'))
      mkdirSync(join(target, 'd'))
      writeFileSync(join(target, 'e'), '')
      for (const [path, reason] of [
        ['a', /a" is a link, and "a" goes there: move it/],
        ['b/c', /b" is a link, and "b\/c" goes/],
        ['c', /c" is a link/],
        ['d', /d" is no file/],
        ['e/f', /e" is no folder/],
      ] as const) {
        assert.throws(() => plan(target, { [path]: 'ours' }, onConflict), refusedAs(3, reason))
      }
    })
  }
})

describe('changes to a folder', () => {
  it('leave a file its mode, but no secret to others, and no script without its bit', async (t) => {
    const target = folderOf(t, { '.env': 'A=1\n', mine: '', script: '' })
    const tree = treeOf({ mine: 'ours' })
    putText(tree, '.env', 'B=1\n', 0o600)
    putText(tree, 'script', 'ours', 0o755)
    chmodSync(join(target, '.env'), 0o644)
    chmodSync(join(target, 'mine'), 0o640)
    chmodSync(join(target, 'script'), 0o640)
    await applyChanges(target, planChanges(tree, target, 'overwrite'))
    const modeOf = (path: string) => statSync(join(target, path)).mode & 0o777
    assert.deepEqual(['.env', 'mine', 'script'].map(modeOf), [0o600, 0o640, 0o751])
  })

  it('remove what is listed and the folders that are empty then, and nothing else', async (t) => {
    const target = folderOf(t, { 'a/b/one': '', 'a/b/two': '', 'c/d': '', 'c/mine': '' })
    const removed = ['a/b/one', 'a/b/two', 'c/d']
    await applyChanges(
      target,
      removed.map((path) => ({ path, kind: 'remove', before: Buffer.from('') })),
    )
    assert.deepEqual(listing(target), ['c', 'c/mine'])
  })

  it('are none when somebody changes a file meanwhile: all is put back', async (t) => {
    const target = folderOf(t, { a: 'a', b: 'b', 'c/d': 'd' })
    const changes = [
      ...plan(target, { a: 'ours', 'new/file': '', b: 'ours' }, 'overwrite'),
      { path: 'c/d', kind: 'remove' as const, before: Buffer.from('other') },
    ]
    await assert.rejects(
      applyChanges(target, changes),
      refusedAs(3, /c\/d" has just been changed by somebody else: try again/),
    )
    assert.deepEqual(listing(target), ['a', 'b', 'c', 'c/d'])
    assert.equal(readFileSync(join(target, 'a'), 'utf8'), 'a')
  })

  it('do not go through a link that somebody makes meanwhile', async (t) => {
    const elsewhere = temporaryFolder(t)
    const target = temporaryFolder(t)
    const changes = plan(target, { 'src/a': 'ours' })
    symlinkSync(elsewhere, join(target, 'src'))
    await assert.rejects(applyChanges(target, changes), refusedAs(3, /src" is a link/))
    assert.deepEqual([listing(elsewhere), listing(target)], [[], ['src']])
  })

  it('are none when somebody makes the folder meanwhile', async (t) => {
    const target = join(temporaryFolder(t), '@me/shop')
    const applied = applyChanges(target, plan(target, { a: '', b: '', c: '' }))
    mkdirSync(target, { recursive: true })
    writeFileSync(join(target, 'mine'), '')
    await assert.rejects(applied, refusedAs(3, /shop" has just been made by somebody else/))
    assert.deepEqual(listing(join(target, '../..')), ['@me', '@me/shop', '@me/shop/mine'])
  })

  it('are none when a Ctrl-C comes while they are written', async (t) => {
    const cwd = folderOf(t, { 'old/a': 'a' })
    const script = `
      import { applyChanges } from ${JSON.stringify(join(import.meta.dirname, '../../generators/files/apply.ts'))}
      const change = (path) => ({ path, kind: 'create', file: { bytes: Buffer.from(path), mode: 0o644 } })
      const applied = applyChanges(process.argv[1], ['b', 'c', 'd', 'e'].map(change))
      process.kill(process.pid, 'SIGINT')
      await applied`
    for (const target of ['new', 'old']) {
      const args = ['--input-type=module', '--eval', script, join(cwd, target)]
      const { code, err } = await runCommand(process.execPath, args, { cwd })
      assert.equal(err, 'Interrupted: nothing was written.\n')
      assert.equal(code, 130)
    }
    assert.deepEqual(listing(cwd), ['old', 'old/a'])
  })
})
