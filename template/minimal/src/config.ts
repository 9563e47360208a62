import { createReader, readSessionConfig, type SessionConfig } from './session/index.ts'

export interface Config extends SessionConfig {
  port: number
  host: string
  /** Where browsers reach the app, such as `https://app.example`; empty means: as the request says. */
  publicOrigin: string
  /** How many proxies are in front of the app and may say who the client is; false for none. */
  trustProxy: number | false
  /** What is set and is no setting, each with what is likely to be meant. */
  unknownSettings: string[]
}

/** Reads the configuration from an environment; throws one error that lists every problem, and never a secret. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const reader = createReader(env)
  const { production, session } = readSessionConfig(reader)
  const config: Config = {
    production,
    session,
    port: reader.integer('PORT', 3000, 0, 65535),
    host: reader.text('HOST', production ? '0.0.0.0' : '127.0.0.1'),
    publicOrigin: reader.text('PUBLIC_ORIGIN'),
    trustProxy: reader.integer('TRUST_PROXY', 0, 0, 10) || false,
    unknownSettings: reader.describeUnknown(),
  }
  if (config.publicOrigin && !URL.canParse(config.publicOrigin)) {
    reader.problems.push(
      `PUBLIC_ORIGIN is "${config.publicOrigin}"; set an address such as https://app.example`,
    )
  }
  if (reader.problems.length > 0) throw new Error(reader.problems.join('\n'))
  return config
}
