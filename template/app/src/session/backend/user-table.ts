import type { OpenUserTable } from './contract.ts'

/** This store is no database that could hold a table of users: they are in a file. */
export const openUserTable: OpenUserTable | null = null
