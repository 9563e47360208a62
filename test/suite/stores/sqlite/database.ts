import { Sequelize } from 'sequelize'
import { sqliteModule } from '../../../src/session/backend/node-sqlite.ts'

/** Opens the database file, past the backend. */
export function openDatabase(url: string): Sequelize {
  return new Sequelize({
    dialect: 'sqlite',
    dialectModule: sqliteModule(10_000),
    storage: url.replace('sqlite:', ''),
    logging: false,
  })
}
