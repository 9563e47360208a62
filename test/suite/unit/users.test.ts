import { join } from 'node:path'
import { describe } from 'node:test'
import { openUsers } from '../../../src/users/users.ts'
import { makeFolder } from '../conformance/folder.ts'
import { describeUsers } from './users-rules.ts'

describe('users in a file', () => {
  const file = join(makeFolder(), 'data', 'users.json')
  describeUsers(() => openUsers(file))
})
