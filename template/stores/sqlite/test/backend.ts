import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Sequelize } from 'sequelize'
import * as nodeSqlite from '../src/session/node-sqlite.ts'
import { openPlainOn } from './plain.ts'
import type { TestBackend } from './test-backend.ts'

/** Gives an empty folder to a SQLite file. */
export const testBackend: TestBackend = {
  async start() {
    const folder = await mkdtemp(join(tmpdir(), 'sessions-'))
    return {
      url: `sqlite:${join(folder, 'sessions.sqlite')}`,
      stop: () => rm(folder, { recursive: true }),
    }
  },
  openPlain: (url) =>
    openPlainOn(
      new Sequelize({
        dialect: 'sqlite',
        dialectModule: nodeSqlite,
        storage: url.replace('sqlite:', ''),
        logging: false,
      }),
    ),
}
