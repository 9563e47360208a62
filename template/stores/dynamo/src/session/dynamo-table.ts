import { setTimeout as pause } from 'node:timers/promises'
import { type Call, isNamed } from './dynamo-call.ts'
import { keyName, ttlName } from './dynamo-item.ts'

const patienceMs = 60_000

/** The same function, except that an error about a table that is not there says how to make it. */
export function tellOfTable<Args extends unknown[], Answer>(
  table: string,
  ask: (...args: Args) => Promise<Answer>,
): (...args: Args) => Promise<Answer> {
  return async (...args) => {
    try {
      return await ask(...args)
    } catch (cause) {
      if (!isNamed(cause, 'ResourceNotFoundException')) throw cause
      throw new Error(
        `DynamoDB has no table "${table}" there; make it with "npm run sessions -- init"`,
        { cause },
      )
    }
  }
}

/** Makes the table, paid by request and with its TTL on, where it is not, also while other processes do so; resolves when it can be used, and throws when it cannot within a minute. */
export async function prepareTable(call: Call, table: string): Promise<void> {
  const TableName = table
  const end = Date.now() + patienceMs

  const describe = () =>
    call('describeTable', { TableName }).then(
      ({ Table }) => Table,
      (error) => {
        if (!isNamed(error, 'ResourceNotFoundException')) throw error
      },
    )

  let found = await describe()
  if (!found) await createTable(call, table)
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
  await enableTtl(call, table)
}

async function createTable(call: Call, table: string) {
  try {
    await call('createTable', {
      TableName: table,
      KeySchema: [{ AttributeName: keyName, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: keyName, AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    })
  } catch (error) {
    // Another process was faster.
    if (!isNamed(error, 'ResourceInUseException')) throw error
  }
}

async function enableTtl(call: Call, table: string) {
  const isOn = async () => {
    const { TimeToLiveDescription } = await call('describeTimeToLive', { TableName: table })
    return /^ENABL/.test(TimeToLiveDescription?.TimeToLiveStatus ?? '')
  }
  if (await isOn()) return
  try {
    const specification = { AttributeName: ttlName, Enabled: true }
    await call('updateTimeToLive', { TableName: table, TimeToLiveSpecification: specification })
  } catch (error) {
    // It is an error to turn on what another process has turned on meanwhile.
    if (!(await isOn())) throw error
  }
}
