import { nameFromPrefix } from './contract.ts'

/** Where the backend is when SESSION_STORE_URL does not say: DynamoDB Local. */
export const localUrl = 'dynamodb+http://127.0.0.1:8000'

/** The protocols of DynamoDB's addresses: in AWS, or at an endpoint of its own. */
export const dynamoProtocols = ['dynamodb:', 'dynamodb+http:', 'dynamodb+https:']

/** Where the sessions are, as both versions of the SDK take it. */
export interface Place {
  table: string
  client: {
    region: string
    endpoint?: string
    credentials?: { accessKeyId: string; secretAccessKey: string }
  }
}

/** Reads `dynamodb://<region>/<table>`, or `dynamodb+http://<host>:<port>/<table>?region=<region>`; where no table is named, the prefix names it. Throws, and says what to set in `setting` and nothing that may be a key of AWS, when it cannot be read or there is no region or no possible table. */
export function readAddress(url: string, prefix: string, setting = 'SESSION_STORE_URL'): Place {
  const address = URL.canParse(url) ? new URL(url) : null
  // What has no // in front, or an @ behind a slash, may be keys of AWS.
  if (!address || !/^[a-z+]+:\/\//.test(url) || address.pathname.includes('@')) {
    const [protocol] = url.split(':')
    throw new Error(
      `${setting} begins with "${protocol}:" and cannot be read; write dynamodb://eu-central-1/table, or dynamodb+https://host:port/table, without keys: they come from where the SDK of AWS looks for them`,
    )
  }
  const { protocol, host, pathname, searchParams } = address
  const table = pathname.slice(1) || nameFromPrefix(prefix)
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(table)) {
    throw new Error(
      `"${table}" is no name of a table in DynamoDB; put one of 3 to 255 letters, digits, _ . - at the end of ${setting}, or set a longer SESSION_KEY_PREFIX`,
    )
  }
  const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_PROFILE } = process.env
  if (protocol === 'dynamodb:') {
    const region = host || AWS_REGION
    if (region) return { table, client: { region } }
    throw new Error(
      `${setting} begins with "${protocol}" and names no region, and AWS_REGION is not set; write dynamodb://eu-central-1, or where your table is`,
    )
  }
  const scheme = protocol.slice('dynamodb+'.length)
  const region = searchParams.get('region') ?? AWS_REGION ?? 'us-east-1'
  const client = { region, endpoint: `${scheme}//${host}` }
  // DynamoDB Local takes any credentials, and the SDK sends nothing without some; the real DynamoDB is never at http.
  const isLocal = scheme === 'http:' && !AWS_ACCESS_KEY_ID && !AWS_PROFILE
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  return { table, client: isLocal ? { ...client, credentials } : client }
}
