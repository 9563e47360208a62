import { prepareMachine } from '../../test/machine/prepare.ts'
import { imageOf } from '../../test/machine/store-images.ts'

/** Makes this machine ready for the servers of stores, and says what stands in for them; throws what is missing, and what to do. */
export async function prepareServers(stores: string[]): Promise<string[]> {
  const images = new Set(stores.flatMap((store) => imageOf(store) ?? []))
  if (images.size === 0) return []
  const machine = await prepareMachine([...images])
  if (!machine.docker) {
    throw new Error(`${machine.say.join('\n')}. Without Docker: --store=sqlite,file,memory`)
  }
  Object.assign(process.env, machine.env)
  return [...machine.standIns].map(([image, text]) => `For ${image} stood in: ${text}`)
}
