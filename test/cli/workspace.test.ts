import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { runSource, temporaryFolder } from '../command.ts'
import { writeProject } from '../generators/plain-project.ts'

const workspaces = JSON.stringify({ private: true, workspaces: ['packages/*'] })

describe('an app inside of a repository with workspaces', { concurrency: 2 }, () => {
  for (const [dir, manager, warning] of [
    ['packages/shop', 'npm', /"npm install --package-lock-only --no-workspaces"/],
    ['packages/shop', 'bun', /build its image at the root/],
    ['packages/shop', 'pnpm', /^$/],
    ['packages/shop', 'yarn', /^$/],
    ['apps/shop', 'npm', /^$/],
  ] as const) {
    it(`says where the lockfile is that its Dockerfile needs: ${manager}, ${dir}`, async (t) => {
      const files = { 'package.json': workspaces, 'packages/a': '', 'apps/a': '' }
      const cwd = writeProject(temporaryFolder(t), files)
      const args = [dir, '--json', '--package-manager', manager, '--no-install', '--no-git']
      const { code, out, err } = await runSource(args, { cwd })
      assert.equal(code, 0, err)
      const told = JSON.parse(out).warnings.filter((each: string) => /workspace/.test(each))
      assert.match(told.join(), warning)
    })
  }
})
