import { Sequelize } from 'sequelize'
import { openOverSequelize } from '../over-sequelize.ts'
import type { PlainPackage } from '../plain-package.ts'

/** connect-session-sequelize on PostgreSQL. */
export const plainPackage: PlainPackage = {
  packages: ['connect-session-sequelize', 'sequelize', 'pg'],
  backend: 'postgres',
  lacks: {},
  open: (url, { name }) => openOverSequelize(new Sequelize(url, { logging: false }), name),
}
