import { readFile } from 'node:fs/promises'

const abilities = ['sharing', 'atomic', 'scan', 'creation', 'server', 'adoption'] as const

/**
 * What a store may lack: sessions that other processes see and that outlive this one (`sharing`);
 * conditional writes in one step, across processes (`atomic`); a list of all sessions (`scan`); a
 * table or index made at the first use (`creation`); a server on a port (`server`); a plain connect package (`adoption`).
 */
export type Ability = (typeof abilities)[number]

/** What this store declares in `lacks.json` that it lacks, each with the reason; throws for what is none of the abilities. */
export async function readLacks(): Promise<Partial<Record<Ability, string>>> {
  const lacks = JSON.parse(await readFile(new URL('lacks.json', import.meta.url), 'utf8'))
  const unknown = Object.keys(lacks).filter((key) => !abilities.some((each) => each === key))
  if (unknown.length > 0)
    throw new Error(`test/lacks.json declares ${unknown}, which no test asks for`)
  return lacks
}
