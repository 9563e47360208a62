import { basename } from 'node:path'
import type { RecordedOptions } from '../app/record.ts'
import { translateCommands } from '../app/translate.ts'
import { readPresent } from '../changes/changes.ts'
import { readLacks } from '../lacks.ts'
import { storeSteps } from '../next-steps.ts'
import { findPackageManager } from '../package-managers.ts'
import { type Tree, textOf } from '../tree.ts'

interface Switching {
  /** The app as it was made, and as it is with the other store. */
  base: Tree
  next: Tree
  template: Tree
  /** What the app was made from. */
  options: RecordedOptions
  store: string
  folder: string
  dryRun: boolean
}

/** What the owner of an app has to know and to do when it gets another store. */
export function adviseOnSwitch(switching: Switching): { warnings: string[]; nextSteps: string[] } {
  const { next, template, options, store, folder } = switching
  const { manager } = findPackageManager(options.packageManager)
  const inItsWords = (line: string) => translateCommands(line, manager)
  const steps = [
    // A clone has none.
    ...(readPresent(folder, '.env') ? [] : ['npm run setup  # makes .env']),
    ...storeSteps({ template, store, tree: next }),
    'npm run dev',
  ]
  const warnings = [adviseOnSessions(switching), ...adviseOnServer(switching)]
  return { warnings: warnings.map(inItsWords), nextSteps: steps.map(inItsWords) }
}

function adviseOnSessions({ base, template, options, store, dryRun }: Switching): string {
  const from = options.store
  const [there, here] = [readLacks(template, from), readLacks(template, store)]
  const hasCommands = base.has('src/cli/sessions.ts')
  if (!hasCommands || there.sharing || there.scan || here.sharing) {
    return `sessions stay in ${from} and cannot be taken along: users log in again`
  }
  const leave = `"npm run sessions -- export > sessions.jsonl"`
  const enter = `"npm run sessions -- import < sessions.jsonl"`
  return dryRun
    ? `sessions stay in ${from}; to take them along, run ${leave} before the switch and ${enter} after it`
    : `sessions stay in ${from}; to take them along, switch back, run ${leave}, switch again and run ${enter}`
}

function adviseOnServer({ base, next, options, folder }: Switching): string[] {
  const compose = 'docker-compose.yml'
  const [was, will] = [textOf(base, compose), textOf(next, compose)]
  if (was === undefined || was === will) return []
  const stop =
    will === undefined
      ? `docker compose -p ${projectOf(folder)} down`
      : 'docker compose up -d --wait --remove-orphans'
  const password = /\bSTORE_PASSWORD\b/.test(was) ? ', as .env does its password' : ''
  return [
    `the server of ${options.store} goes on if you have started it, and keeps its data${password}: "${stop}" stops it`,
  ]
}

// Compose finds what it has started by the name that it made of the folder's.
function projectOf(folder: string): string {
  const letters = basename(folder).toLowerCase()
  return letters.replace(/[^a-z0-9_-]/g, '').replace(/^[_-]+/, '')
}
