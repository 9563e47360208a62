import { readFile } from 'node:fs/promises'
import { GenericContainer, type WaitStrategy } from 'testcontainers'

/** Starts an empty server of the image in docker-compose.yml, on a free port; throws, and says what to do, without Docker. */
export async function startContainer(port: number, ready: WaitStrategy) {
  const compose = await readFile(new URL('../docker-compose.yml', import.meta.url), 'utf8')
  const image = /^\s*image:\s*(\S+)/m.exec(compose)?.[1]
  if (!image) throw new Error('docker-compose.yml names no image')
  try {
    const container = await new GenericContainer(image)
      .withExposedPorts(port)
      .withWaitStrategy(ready)
      .start()
    return {
      address: `${container.getHost()}:${container.getMappedPort(port)}`,
      stop: async () => {
        await container.stop()
      },
    }
  } catch (cause) {
    throw new Error(
      `The tests start ${image} in a container, and that failed: start Docker, or set SESSION_STORE_URL to a server for the tests`,
      { cause },
    )
  }
}
