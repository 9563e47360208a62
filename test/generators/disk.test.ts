import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { applyChanges, moveFile } from '../../generators/files/apply.ts'
import { InputError } from '../../generators/input-error.ts'
import { listing, temporaryFolder } from '../command.ts'
import { withDisk } from './disk.ts'
import { folderOf, plan, refusedAs } from './planned.ts'

describe('a disk', () => {
  it('that is full gets no file, and one line says so', async (t) => {
    const disk = temporaryFolder(t)
    await withDisk(t, { at: disk }, async () => {
      const big = 'x'.repeat(40_000)
      mkdirSync(join(disk, 'old'))
      writeFileSync(join(disk, 'old/a'), 'a')
      for (const target of [join(disk, 'new'), join(disk, 'old')]) {
        const changes = plan(target, { a: big, b: big, c: big, d: big }, 'overwrite')
        await assert.rejects(applyChanges(target, changes), (error: Error) => {
          assert.match(
            error.message,
            /^there is no room left .* \(ENOSPC\): nothing .* run it again$/,
          )
          return !(error instanceof InputError)
        })
      }
      assert.deepEqual(listing(disk), ['old', 'old/a'])
    })
  })

  it('that is mounted inside of an app gets its files as well, or none', async (t) => {
    const target = folderOf(t, { a: 'a', 'data/keep': '' })
    const data = join(target, 'data')
    await withDisk(t, { at: data }, async () => {
      writeFileSync(join(data, 'old'), 'old')
      writeFileSync(join(data, 'gone'), 'gone')
      const changes = [
        ...plan(target, { a: 'ours', 'data/old': 'ours', 'data/new': 'ours' }, 'overwrite'),
        { path: 'data/gone', kind: 'remove' as const, before: Buffer.from('gone') },
      ]
      const late = { path: 'late', kind: 'remove' as const, before: Buffer.from('') }
      await assert.rejects(applyChanges(target, [...changes, late]), /late" has just been changed/)
      assert.deepEqual(listing(target), ['a', 'data', 'data/gone', 'data/old'])
      assert.equal(readFileSync(join(data, 'old'), 'utf8'), 'old')
      await applyChanges(target, changes)
      assert.deepEqual(listing(target), ['a', 'data', 'data/new', 'data/old'])
      assert.equal(readFileSync(join(data, 'old'), 'utf8'), 'ours')
    })
  })

  it('other than that of a file gets it with its mode', (t) => {
    const shared = '/dev/shm'
    const from = folderOf(t, { a: 'a' })
    if (!existsSync(shared) || statSync(shared).dev === statSync(from).dev) {
      t.skip('there is no second disk here')
      return
    }
    const to = mkdtempSync(join(shared, 'create-sess-app-'))
    t.after(() => rmSync(to, { recursive: true }))
    chmodSync(join(from, 'a'), 0o600)
    moveFile(join(from, 'a'), join(to, 'b'))
    assert.deepEqual([listing(from), listing(to)], [[], ['b']])
    assert.equal(statSync(join(to, 'b')).mode & 0o777, 0o600)
  })

  it('that is read only is refused, with exit code 2', async (t) => {
    const disk = temporaryFolder(t)
    await withDisk(t, { at: disk, options: 'ro' }, async () => {
      await assert.rejects(
        applyChanges(disk, plan(disk, { a: '' })),
        refusedAs(2, /the folder ".*" cannot be written to \(EROFS\): nothing was written; choose/),
      )
    })
  })
})
