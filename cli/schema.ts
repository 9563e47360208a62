import type { Command } from './command.ts'
import { flagOf, type Option } from './options.ts'

/** The options of a command as a JSON Schema; the names are those of the flags, and `dir` is the word without one. */
export function optionsSchema({
  command,
  options,
}: {
  command: Command
  options: Option[]
}): string {
  const required = options.filter(({ asked, usual }) => asked && usual === undefined)
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `create-sess-app ${command.name}`.trim(),
    description: command.about,
    type: 'object',
    properties: Object.fromEntries(options.map((option) => [nameOf(option), describe(option)])),
    required: required.map(nameOf),
    additionalProperties: false,
  }
  return JSON.stringify(schema, null, 2)
}

const nameOf = (option: Option) => flagOf(option).slice(2)

function describe({ message, value, usual, choices, open, asked }: Option): object {
  const type = value ? 'string' : 'boolean'
  const oneOf = choices?.map(({ name, description }) => ({ const: name, description }))
  const examples = choices?.map(({ name }) => name)
  return {
    type,
    description: message,
    ...(open ? { examples } : oneOf && { oneOf }),
    ...(usual !== undefined ? { default: usual } : value || asked ? {} : { default: false }),
  }
}
