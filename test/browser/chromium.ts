import axe from 'axe-core'
import {
  type Browser,
  type BrowserContextOptions,
  type Cookie,
  chromium,
  type Page,
} from 'playwright-core'

/** Starts a Chromium without a window, and without its sandbox, which root cannot have: it sees our own pages only. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    chromiumSandbox: false,
    args: ['--disable-background-networking'],
  })
}

/** A tab of a browser that nobody used before. */
export interface Tab {
  page: Page
  /** What the browser objects to: errors on its console, where what the content security policy refuses is too, and error responses. */
  complaints: string[]
}

/** Opens a tab of a new profile. */
export async function openTab(browser: Browser, options: BrowserContextOptions): Promise<Tab> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`)
  })
  return { page, complaints }
}

/** Fills in fields by their labels, presses a button, and returns the path that this led to. */
export async function submit(
  { page }: Tab,
  button: string | RegExp,
  fields: Record<string, string> = {},
): Promise<string> {
  for (const [label, text] of Object.entries(fields)) {
    await page.getByLabel(label, { exact: true }).fill(text)
  }
  await Promise.all([
    page.waitForEvent('framenavigated'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ])
  await page.waitForLoadState()
  return pathOf(page)
}

/** Goes to a path, and returns the path that this led to. */
export async function visit({ page }: Tab, path: string): Promise<string> {
  await page.goto(path)
  return pathOf(page)
}

/** Follows a link by its text, and returns the path that this led to. */
export async function follow({ page }: Tab, link: string): Promise<string> {
  await Promise.all([
    page.waitForEvent('framenavigated'),
    page.getByRole('link', { name: link, exact: true }).click(),
  ])
  await page.waitForLoadState()
  return pathOf(page)
}

/** Goes back by the button of the browser, and returns the path that this led to. */
export async function goBack({ page }: Tab): Promise<string> {
  await page.goBack()
  return pathOf(page)
}

/** What a page calls itself. */
export async function headingOf({ page }: Tab): Promise<string | null> {
  return page.getByRole('heading', { level: 1 }).textContent()
}

/** What the account page says of the session, by name. */
export async function listFacts({ page }: Tab): Promise<Record<string, string>> {
  const names = await page.locator('.facts dt').allTextContents()
  const values = await page.locator('.facts dd').allTextContents()
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']))
}

/** The systems of the devices, as their list shows them, and which is this one. */
export async function listDevices({ page }: Tab): Promise<string[]> {
  const names = await page.locator('.devices h2').allTextContents()
  const systems = names.map((text) =>
    [/iOS|Linux|macOS|Windows/.exec(text)?.[0], /this one/.exec(text)?.[0]]
      .filter(Boolean)
      .join(', '),
  )
  return systems.sort()
}

/** Opens another tab beside one, at a link to a path in a mail, which is a page of another site. */
export async function openFromMail({ page }: Tab, path: string): Promise<Tab> {
  const other = await page.context().newPage()
  const address = new URL(path, page.url())
  await other.route('http://mail.test/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<a href="${address}">Have a look</a>` }),
  )
  await other.goto('http://mail.test/')
  const tab = { page: other, complaints: [] }
  await follow(tab, 'Have a look')
  return tab
}

/** What axe finds wrong with a page as it is shown, by rule and element. */
export async function findBarriers({ page }: Tab): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run()
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  })
}

/** The cookies of a tab that are for a session. */
export async function cookiesOf({ page }: Tab): Promise<Cookie[]> {
  return (await page.context().cookies()).filter((cookie) => cookie.name !== 'pre')
}

function pathOf(page: Page): string {
  return new URL(page.url()).pathname
}

/** Fills the form for a new password, and returns the path that it leads to. */
export function changePassword(tab: Tab, current: string, wanted: string): Promise<string> {
  return submit(tab, 'Change it', {
    'The password you have now': current,
    'The new one': wanted,
    'The new one once more': wanted,
  })
}
