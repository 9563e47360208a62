import { type AttributeValue, DynamoDB } from '@aws-sdk/client-dynamodb'

/** What the SDKs need to reach a DynamoDB Local at the address of a test backend. */
export const placeOf = (url: string) => ({
  endpoint: url.replace('dynamodb+', ''),
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})

/** Looks at items, and damages some, beside a package; `keyName` is its key. */
export function besideDynamo(url: string, TableName: string, keyName: string) {
  const client = new DynamoDB(placeOf(url))
  const keyOf = (id: string) => ({ [keyName]: { S: `sess:${id}` } })
  return {
    client,
    async look(id: string) {
      const { Item } = await client.getItem({ TableName, Key: keyOf(id), ConsistentRead: true })
      if (!Item) return null
      return Item.expires?.N ? Number(Item.expires.N) * 1000 : Number.POSITIVE_INFINITY
    },
    async damage(id: string, sess: AttributeValue) {
      const expires = { N: String(Math.floor(Date.now() / 1000) + 60) }
      await client.putItem({ TableName, Item: { ...keyOf(id), expires, sess } })
    },
  }
}
