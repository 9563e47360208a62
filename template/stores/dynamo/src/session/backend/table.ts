import { setTimeout as pause } from 'node:timers/promises'
import type { Call } from './api.ts'

const creationTimeoutMs = 60_000

/** A table by its name, with the names of its key and of the attribute that its TTL goes by. */
interface Table {
  table: string
  keyName: string
  ttlName: string
}

/** Wraps a function so that its error about a missing table says how to make the table. */
export function explainMissingTable<Args extends unknown[], Result>(
  table: string,
  ask: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    try {
      return await ask(...args)
    } catch (cause) {
      if ((cause as Error).name !== 'ResourceNotFoundException') throw cause
      throw new Error(`DynamoDB has no table "${table}" there; make it with "npm run setup"`, {
        cause,
      })
    }
  }
}

/** Makes the table, paid by request and with its TTL on, where it is missing, even while other processes do the same; resolves when it can be used, and throws when that takes more than a minute. */
export async function prepareTable(call: Call, of: Table): Promise<void> {
  const { table, keyName } = of
  const TableName = table
  const end = Date.now() + creationTimeoutMs

  const describe = () =>
    call('describeTable', { TableName }).then(
      ({ Table }) => Table,
      (error) => {
        if ((error as Error).name !== 'ResourceNotFoundException') throw error
      },
    )

  let found = await describe()
  if (!found) await createTable(call, of)
  while (found?.TableStatus !== 'ACTIVE') {
    if (Date.now() > end) {
      throw new Error(`The table "${table}" is ${found?.TableStatus ?? 'not there'} after a minute`)
    }
    await pause(200)
    found = await describe()
  }
  const keys = found.KeySchema.map(({ AttributeName }) => AttributeName)
  if (keys.join() !== keyName) {
    throw new Error(
      `The table "${table}" has the key ${keys}, not ${keyName}; name another table at the end of SESSION_STORE_URL`,
    )
  }
  await enableTtl(call, of)
}

async function createTable(call: Call, { table, keyName }: Table) {
  try {
    await call('createTable', {
      TableName: table,
      KeySchema: [{ AttributeName: keyName, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: keyName, AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    })
  } catch (error) {
    // Another process made it first.
    if ((error as Error).name !== 'ResourceInUseException') throw error
  }
}

async function enableTtl(call: Call, { table, ttlName }: Table) {
  const isOn = async () => {
    const { TimeToLiveDescription } = await call('describeTimeToLive', { TableName: table })
    return /^ENABL/.test(TimeToLiveDescription?.TimeToLiveStatus ?? '')
  }
  if (await isOn()) return
  try {
    const specification = { AttributeName: ttlName, Enabled: true }
    await call('updateTimeToLive', { TableName: table, TimeToLiveSpecification: specification })
  } catch (error) {
    // It is an error to turn on a TTL that another process has turned on meanwhile.
    if (!(await isOn())) throw error
  }
}
