import { explain, read } from './command.ts'

/** Reads the labels of an image, or undefined when it is not on this machine. */
export async function readLabels(tag: string): Promise<Record<string, string> | undefined> {
  try {
    const format = '{{json .Config.Labels}}'
    return JSON.parse(await read(10, 'docker', 'image', 'inspect', '--format', format, tag)) ?? {}
  } catch {
    return undefined
  }
}

/** Pulls an image, or says in one line why it cannot be had. */
export async function pullImage(tag: string): Promise<string | undefined> {
  try {
    await read(120, 'docker', 'pull', '--quiet', tag)
    return undefined
  } catch (error) {
    return explain(error)
  }
}
