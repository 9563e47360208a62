import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ensureBase } from './base.ts'
import { read, run } from './command.ts'
import { withPackages } from './packages.ts'

/** The label with the text that says what a stand-in really is. */
export const textLabel = 'stand-in'

/** The label with the hash of the folder that a stand-in was built from. */
export const hashLabel = 'stand-in-hash'

const proxies = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']

/** Builds the image of a folder under a tag, labelled with what it says of itself. */
export async function buildStandIn(tag: string, folder: string, hash: string): Promise<string> {
  await ensureBase()
  const name = `create-sess-app/${basename(folder)}`
  let text = ''
  await withPackages(folder, async (context) => {
    await build(context, '--tag', name)
    // Only the built image knows which versions it got; the second build is the first with labels.
    text = await readText(name)
    const labels = ['--label', `${textLabel}=${text}`, '--label', `${hashLabel}=${hash}`]
    await build(context, '--tag', tag, ...labels)
  })
  return text
}

function readText(name: string): Promise<string> {
  const options = ['--rm', '--network=none', '--entrypoint=cat']
  return read(60, 'docker', 'run', ...options, name, '/stand-in')
}

/** Hashes the names and contents of the files of a folder. */
export async function hashFolder(folder: string): Promise<string> {
  const hash = createHash('sha256')
  const entries = await readdir(folder, { withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
  for (const file of files.sort()) {
    hash.update(`${file}\0`)
    hash.update(await readFile(join(folder, file)))
  }
  return hash.digest('hex')
}

async function build(folder: string, ...options: string[]): Promise<void> {
  const known = proxies.filter((name) => process.env[name])
  const proxied = known.flatMap((name) => ['--build-arg', name])
  await run(600, 'docker', 'build', '--network=host', ...proxied, ...options, folder)
}
