import { readFile } from 'node:fs/promises'
import { GenericContainer, type WaitStrategy } from 'testcontainers'

/** Starts the image of docker-compose.yml as `startContainer` does, with a command of its own. */
export async function startCommand(command: string[], port: number, ready: WaitStrategy) {
  const compose = await readFile(new URL('../../../docker-compose.yml', import.meta.url), 'utf8')
  const [, image = ''] = /^\s*image:\s*(\S+)/m.exec(compose) ?? []
  const container = await new GenericContainer(image)
    .withCommand(command)
    .withExposedPorts(port)
    .withWaitStrategy(ready)
    .start()
  return {
    address: `${container.getHost()}:${container.getMappedPort(port)}`,
    stop: async () => void (await container.stop()),
  }
}
