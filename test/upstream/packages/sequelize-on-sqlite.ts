import { join } from 'node:path'
import { Sequelize } from 'sequelize'
import { openOverSequelize } from '../over-sequelize.ts'
import type { PlainPackage } from '../plain-package.ts'

type NodeSqlite =
  typeof import('../../../template/stores/sqlite/src/session/backend/node-sqlite.ts')

/** connect-session-sequelize on the SQLite of Node. */
export const plainPackage: PlainPackage = {
  packages: ['connect-session-sequelize', 'sequelize'],
  backend: 'sqlite',
  lacks: {},
  async open(url, { name }, app) {
    const { sqliteModule }: NodeSqlite = await import(
      join(app, 'src/session/backend/node-sqlite.ts')
    )
    const storage = url.replace('sqlite:', '')
    const sequelize = new Sequelize({
      dialect: 'sqlite',
      dialectModule: sqliteModule(1000),
      storage,
      logging: false,
    })
    return openOverSequelize(sequelize, name)
  },
}
