import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { addUser, emitApp } from '../apps/emitted-app.ts'
import { startApp } from '../apps/running-app.ts'
import { launchChromium, openTab } from '../browser/chromium.ts'
import { readText, walkPages } from '../browser/pages.ts'
import { describeLack, findChromium } from '../machine/chromium.ts'
import { recordCommand } from './recording.ts'

// `npm run pictures` takes the pictures of docs/: each page of an app in Chromium, and the command at
// a terminal, which needs the registry of npm. The browser's tests say when a page has changed since.
const docs = join(import.meta.dirname, '../../docs')
const folder = join(docs, 'pictures')
const views = {
  desktop: { width: 960, height: 640 },
  phone: { width: 375, height: 667 },
}

/** What the pages were when their pictures were taken. */
export interface Taken {
  /** SHA-256 of the style sheet, in hex. */
  style: string
  /** The text of each page, by its name. */
  pages: Record<string, string>
}

/** What docs/pictures says of the pages. */
export function readTaken(): Taken {
  return JSON.parse(readFileSync(join(folder, 'pages.json'), 'utf8'))
}

/** SHA-256 of the style sheet as it is, in hex. */
export function hashStyle(): string {
  const sheet = join(import.meta.dirname, '../../template/app/src/public/style.css')
  return createHash('sha256').update(readFileSync(sheet)).digest('hex')
}

async function takePages(browser: Browser): Promise<Taken['pages']> {
  const pages: Taken['pages'] = {}
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [view, viewport] of Object.entries(views)) {
      // An app for each round, since in each one a new user has to choose a password.
      const emitted = await emitApp('pictures', 'sqlite')
      const app = await startApp(emitted.folder, process.env)
      try {
        const tab = await openTab(browser, { baseURL: app.address, colorScheme, viewport })
        const user = { name: 'alice', password: await addUser(emitted, 'alice') }
        await walkPages(tab, user, async (page) => {
          const path = join(folder, `${page}-${view}-${colorScheme}.png`)
          await tab.page.screenshot({ path, caret: 'hide', animations: 'disabled' })
          pages[page] = await readText(tab, user.name)
        })
        await tab.page.context().close()
      } finally {
        await app.end('SIGTERM')
        emitted.remove()
      }
    }
  }
  return pages
}

/** The page of docs that shows all of them. */
function formatPage(names: string[]): string {
  const rows = names.map((name) => {
    const cells = Object.keys(views).flatMap((view) =>
      ['light', 'dark'].map((scheme) => {
        const width = view === 'phone' ? 120 : 280
        const about = `${name}, ${view}, ${scheme}`
        return `<img src="pictures/${name}-${view}-${scheme}.png" width="${width}" alt="${about}">`
      }),
    )
    return `| ${[name.replaceAll('-', ' '), ...cells].join(' | ')} |`
  })
  return `# The pages of an app

Every page that an emitted app has, as Chromium shows it: light and dark, wide and on a phone. \`npm run pictures\` takes them, and a test says when a page has changed since.

| page | wide, light | wide, dark | phone, light | phone, dark |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`
}

if (import.meta.main) {
  const executable = findChromium()
  if (!executable) throw new Error(describeLack())
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const browser = await launchChromium(executable)
  const pages = await takePages(browser).finally(() => browser.close())
  const taken: Taken = { style: hashStyle(), pages }
  writeFileSync(join(folder, 'pages.json'), `${JSON.stringify(taken, null, 2)}\n`)
  writeFileSync(join(docs, 'pages.md'), formatPage(Object.keys(pages)))
  writeFileSync(join(folder, 'command.svg'), await recordCommand())
}
