import { Sequelize } from 'sequelize'
import * as nodeSqlite from '../../../src/session/backend/node-sqlite.ts'

/** Opens the database file, past the backend. */
export function openDatabase(url: string): Sequelize {
  return new Sequelize({
    dialect: 'sqlite',
    dialectModule: nodeSqlite,
    storage: url.replace('sqlite:', ''),
    logging: false,
  })
}
