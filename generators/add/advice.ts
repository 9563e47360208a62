import { isAtLeast } from '../is-at-least.ts'
import { readLacks } from '../lacks.ts'
import { ownSteps } from '../next-steps.ts'
import { warnOfAddress } from '../store-address.ts'
import type { Tree } from '../tree.ts'
import type { Lacking } from './dependencies.ts'
import { findCompose, runsCompiled, serverOf, settingsOf } from './files.ts'
import { importPath, type Project, readText, versionsOf } from './project.ts'

const opener = 'src/session/sessions.ts'
const oldestNode = '22.18'

/** What the author of a project has to know and to do once sessions are in it. */
export interface Advice {
  /** The file that the lines go into, in words where we have not found it. */
  entry: string
  /** The two lines that give sessions to the app. */
  lines: string[]
  warnings: string[]
  /** Commands and sentences for before the first session, in their order. */
  steps: string[]
}

/** What to say about sessions that have been added to a project. */
export function adviseOn(
  project: Project,
  { template, store, lacking }: { template: Tree; store: string; lacking: Lacking },
): Advice {
  const { entry, isModule } = project
  const from = `'${importPath(project, opener)}'`
  const bring = isModule
    ? `import { sessions } from ${from}`
    : `const { sessions } = require(${from})`
  const server = serverOf(template, store)
  const env = readText(project.path, '.env') ?? ''
  const isFound = readText(project.path, entry) !== undefined
  return {
    entry: isFound ? entry : `the file that calls express() (as from ${entry})`,
    lines: [bring, 'app.use(sessions.middleware)'],
    warnings: [
      ...lacking.warnings,
      ...[warnOfServer(project, server), warnOfAddress(env, settingsOf(template, store))],
      ...[warnOfSession(project), warnOfTypescript(project), warnOfNode()],
    ].filter((warning) => warning !== undefined),
    steps: [
      ...ownSteps(template, store),
      ...(server === undefined ? [] : ['docker compose up -d --wait']),
      ...(readLacks(template, store).creation ? [prepareStep(project)] : []),
    ],
  }
}

// What tsc writes for require() is elsewhere, so no command of ours could name it.
const prepareStep = (project: Project) =>
  runsCompiled(project)
    ? 'make its table once, by a program of yours: await sessions.prepare()'
    : prepareCommand

const prepareCommand = `node --input-type=module -e "import { sessions } from './${opener}'; await sessions.prepare(); await sessions.close()"`

function warnOfServer(project: Project, server: string | undefined): string | undefined {
  const there = findCompose(project)
  if (server === undefined || there === undefined || readText(project.path, there) === server) {
    return undefined
  }
  return `${there} stays as it is; add to it the server of the sessions:\n${server.trimEnd()}`
}

function warnOfSession({ path, manifest }: Project): string | undefined {
  const isOurs = readText(path, opener) !== undefined
  if (isOurs || versionsOf(manifest)['express-session'] === undefined) return undefined
  return 'express-session is in package.json already: sessions.middleware takes the place of a session(...) of its own'
}

function warnOfTypescript({ typescript }: Project): string | undefined {
  const settings = [
    ...(typescript?.importsTs === false ? ['"rewriteRelativeImportExtensions": true'] : []),
    ...(typescript?.knowsEnough === false ? ['"target" and "lib" of ES2022 or later'] : []),
  ]
  if (settings.length === 0) return undefined
  return `src/session/ imports "./x.ts" and is written in ES2022: set in tsconfig.json ${settings.join(', and ')}`
}

function warnOfNode(): string | undefined {
  if (isAtLeast(process.versions.node, oldestNode)) return undefined
  return `this Node is ${process.versions.node}, and src/session/ needs ${oldestNode} or later`
}
