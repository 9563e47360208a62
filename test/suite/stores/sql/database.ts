import { Sequelize } from 'sequelize'

/** Opens the database of a server, past the backend. */
export function openDatabase(url: string): Sequelize {
  return new Sequelize(url, { logging: false })
}
