import { chmodSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'node:test'
import { temporaryFolder } from '../command.ts'

/** An environment whose npm does what it is told here. */
export function withNpm(t: TestContext, script: string): NodeJS.ProcessEnv {
  const folder = temporaryFolder(t)
  const npm = join(folder, 'npm')
  writeFileSync(npm, `#!/bin/sh\n${script}\n`)
  chmodSync(npm, 0o755)
  return { ...process.env, PATH: folder + delimiter + process.env.PATH }
}
