import { explain } from './command.ts'
import { ensureDocker } from './docker.ts'
import { pullImage, readLabels } from './image.ts'
import { ensureImages } from './images.ts'

/** What a machine has to offer to tests that start containers. */
export interface Machine {
  /** Whether containers of all the images asked for can be started. */
  docker: boolean
  /** What stands in for an image, by tag. */
  standIns: Map<string, string>
  /** What the process of the tests needs in its environment. */
  env: Record<string, string>
  /** What people should read: what is missing and what to do, what is not the real thing. */
  say: string[]
}

/** Makes this machine ready for tests that start containers of the given images. */
export async function prepareMachine(tags: string[]): Promise<Machine> {
  const missing = await ensureDocker()
  if (missing) return { docker: false, standIns: new Map(), env: {}, say: [missing] }
  try {
    const standIns = await ensureImages(tags)
    const env = await readEnvironment(standIns.size > 0)
    const say = [...standIns].map(
      ([tag, text]) => `${tag} is a stand-in: ${text} ("docker rmi ${tag}" to try a pull again)`,
    )
    return { docker: true, standIns, env, say }
  } catch (error) {
    return { docker: false, standIns: new Map(), env: {}, say: [explain(error)] }
  }
}

// Ryuk is the container that removes containers of tests that died; without its image,
// Testcontainers starts nothing unless told so. Where an image had to be built there is no registry.
async function readEnvironment(hasNoRegistry: boolean): Promise<Record<string, string>> {
  if (process.env.TESTCONTAINERS_RYUK_DISABLED) return {}
  const { getReaperImage } = await import('testcontainers/build/reaper/reaper.js')
  const image = getReaperImage()
  if (await readLabels(image)) return {}
  if (!hasNoRegistry && !(await pullImage(image))) return {}
  return { TESTCONTAINERS_RYUK_DISABLED: 'true' }
}
