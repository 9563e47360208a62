import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pullImage, readLabels } from './image.ts'
import { buildStandIn, hashFolder, hashLabel, textLabel } from './stand-in.ts'

/** Makes sure that images are there, pulled or stood in for, and says which are stand-ins. */
export async function ensureImages(tags: string[]): Promise<Map<string, string>> {
  const standIns = new Map<string, string>()
  for (const tag of tags) {
    const text = await ensureImage(tag)
    if (text) standIns.set(tag, text)
  }
  return standIns
}

async function ensureImage(tag: string): Promise<string | undefined> {
  const labels = await readLabels(tag)
  const text = labels?.[textLabel]
  if (labels && !text) return undefined
  const reason = labels ? undefined : await pullImage(tag)
  if (!labels && !reason) return undefined

  const repository = tag.replace(/[:@][^/]*$/, '').replace(/^.*\//, '')
  const folder = fileURLToPath(new URL(`../standins/${repository}/`, import.meta.url))
  if (!existsSync(folder)) {
    if (text) return text
    throw new Error(`No image ${tag} (${reason}): get it with "docker pull" or "docker load"`)
  }
  const hash = await hashFolder(folder)
  if (text && labels[hashLabel] === hash) return text
  try {
    return await buildStandIn(tag, folder, hash)
  } catch (error) {
    const built = error instanceof Error ? error.message : String(error)
    throw new Error(`No image ${tag} (${reason ?? 'its stand-in is out of date'}): ${built}`)
  }
}
