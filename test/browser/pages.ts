import { changePassword, submit, type Tab, visit } from './chromium.ts'

/** Leads a user who was just made through every page of the app, and calls `look` at each, with a name for it. */
export async function walkPages(
  tab: Tab,
  user: { name: string; password: string },
  look: (page: string) => Promise<void>,
): Promise<void> {
  const open = async (page: string, path: string) => {
    await visit(tab, path)
    await look(page)
  }
  const chosen = 'marble thistle under 19'
  await open('start', '/')
  await open('not-found', '/nowhere')
  await open('login', '/login')
  await open('session-ended', '/login?ended')
  await submit(tab, 'Log in', { Name: user.name, Password: 'not the right one' })
  await look('login-failed')
  await submit(tab, 'Log in', { Name: user.name, Password: user.password })
  await look('first-password')
  await changePassword(tab, user.password, chosen)
  await look('password-saved')
  await open('greeted', '/')
  await open('account', '/account')
  await submit(tab, 'Keep the note', { 'A note to yourself': 'Buy oat milk' })
  await look('note-saved')
  await submit(tab, 'Keep the note', { 'A note to yourself': 'long '.repeat(20_000) })
  await look('note-too-long')
  await open('devices', '/account/sessions')
  await open('password', '/account/password')
  await open('reauth', '/reauth')
  await submit(tab, 'Go on', { Password: 'not the right one' })
  await look('reauth-failed')
}

/** The text of a page, without what differs from run to run: times, numbers, and the name of its user. */
export async function readText({ page }: Tab, user: string): Promise<string> {
  const text = await page.locator('body').innerText()
  return text
    .replaceAll(user, 'alice')
    .replaceAll(/\d+ [A-Z][a-z]{2} \d{4}, \d\d:\d\d UTC/g, 'TIME')
    .replaceAll(/\d[\d.]*/g, '0')
}
