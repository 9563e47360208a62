import { Sequelize } from 'sequelize'
import { Wait } from 'testcontainers'
import { startContainer } from './container.ts'
import { openPlainOn } from './plain.ts'
import type { TestBackend } from './test-backend.ts'

/** Starts an empty MySQL. */
export const testBackend: TestBackend = {
  async start() {
    const password = 'of-a-server-that-lives-for-one-run'
    const variables = {
      MYSQL_USER: 'app',
      MYSQL_PASSWORD: password,
      MYSQL_DATABASE: 'sessions',
      MYSQL_RANDOM_ROOT_PASSWORD: '1',
    }
    // It listens for others only when its first preparations are over.
    const { address, stop } = await startContainer(3306, Wait.forListeningPorts(), variables)
    return { url: `mysql://app:${password}@${address}/sessions`, stop }
  },
  operation: /\b(SELECT|INSERT|UPDATE|DELETE)\b.*? (?:FROM|INTO|SET|WHERE)\b/g,
  openPlain: (url) => openPlainOn(new Sequelize(url, { logging: false })),
}
