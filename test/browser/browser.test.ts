import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { addUser, type EmittedApp, emitApp } from '../apps/emitted-app.ts'
import { type RunningApp, startApp } from '../apps/running-app.ts'
import { describeLack, findChromium } from '../machine/chromium.ts'
import { hashStyle, readTaken } from '../pictures/run.ts'
import {
  changePassword,
  cookiesOf,
  findBarriers,
  follow,
  goBack,
  headingOf,
  launchChromium,
  listDevices,
  listFacts,
  openFromMail,
  openTab,
  submit,
  type Tab,
  visit,
} from './chromium.ts'
import { readText, walkPages } from './pages.ts'

const executable = findChromium()
const skip = process.env.WITHOUT_CHROMIUM || (executable ? false : describeLack())
const phone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1'
const [firstPassword, newPassword] = ['marble thistle under 19', 'gravel lantern obey 17']

describe('the emitted app in Chromium', { skip }, () => {
  let emitted: EmittedApp
  let app: RunningApp
  let browser: Browser

  before(async () => {
    emitted = await emitApp('browser', 'sqlite')
    app = await startApp(emitted.folder, process.env)
    browser = await launchChromium(String(executable))
  })

  after(async () => {
    await browser?.close()
    await app?.end('SIGTERM')
    emitted?.remove()
  })

  for (const javaScriptEnabled of [true, false]) {
    describe(`with JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, () => {
      const name = javaScriptEnabled ? 'alice' : 'bob'
      let password: string
      let one: Tab
      let other: Tab
      const logIn = (tab: Tab) => submit(tab, 'Log in', { Name: name, Password: password })

      before(async () => {
        password = await addUser(emitted, name)
        const options = { baseURL: app.address, javaScriptEnabled }
        one = await openTab(browser, options)
        other = await openTab(browser, { ...options, userAgent: phone })
      })

      it('has to choose a password in place of the one that was made', async () => {
        assert.equal(await visit(one, '/'), '/')
        assert.equal(await headingOf(one), 'Welcome')
        assert.equal(await follow(one, 'Log in'), '/login')
        assert.equal(await logIn(one), '/account/password')
        assert.equal(await visit(one, '/account/sessions'), '/account/password')
        assert.equal(await changePassword(one, password, firstPassword), '/account')
        password = firstPassword
        assert.equal(await submit(one, 'Log out'), '/')
      })

      it('logs in by way of the page that was asked for', async () => {
        assert.equal(await visit(one, '/account'), '/login')
        assert.equal(await logIn(one), '/account')
        assert.equal(await headingOf(one), `Hello, ${name}`)
      })

      it('may have another login open, from a link in a mail', async () => {
        assert.equal(await submit(one, 'Log out'), '/')
        assert.equal(await visit(one, '/login'), '/login')
        const mail = await openFromMail(one, '/login?next=/account')
        assert.equal(await logIn(one), '/account')
        assert.equal(await logIn(mail), '/account')
        await mail.page.close()
        assert.equal(await visit(one, '/account'), '/account')
      })

      it('is greeted by name on the start page, and need not log in again', async () => {
        assert.equal(await visit(one, '/'), '/')
        assert.equal(await headingOf(one), `Hello, ${name}`)
        assert.equal(await follow(one, 'Your account'), '/account')
        assert.equal(await visit(one, '/login'), '/account')
      })

      it('sees on the account page when the session ends, where it is kept and how large it is', async () => {
        await visit(one, '/account')
        const facts = await listFacts(one)
        const ends = [facts['Ends if not used'], facts['Ends in any case']].map((time) =>
          Date.parse(String(time)),
        )
        const [idle = Number.NaN, absolute = Number.NaN] = ends
        const began = Date.parse(String(facts.Began))
        assert.ok(began < idle && idle < absolute, JSON.stringify(facts))
        assert.match(String(facts['Kept in']), /^SQLite$/)
        assert.match(String(facts.Size), /^\d+ bytes$/)
      })

      it('keeps a note, character for character', async () => {
        const note = '</textarea><script>document.title = "run"</script> ü €'
        assert.equal(await submit(one, 'Keep the note', { 'A note to yourself': note }), '/account')
        assert.equal(await one.page.getByLabel('A note to yourself').inputValue(), note)
        assert.equal(await one.page.getByRole('status').textContent(), 'Saved.')
        assert.equal(await one.page.title(), 'Your account')
      })

      it('lists its devices, and ends one that is elsewhere', async () => {
        await visit(other, '/login')
        assert.equal(await logIn(other), '/account')
        assert.equal(await follow(one, 'Where you are logged in'), '/account/sessions')
        assert.deepEqual(await listDevices(one), ['Linux, this one', 'iOS'])
        assert.equal(await submit(one, /^End Safari/), '/account/sessions')
        assert.deepEqual(await listDevices(one), ['Linux, this one'])
        assert.equal(await visit(other, '/account'), '/login')
        assert.match(String(await other.page.getByRole('status').textContent()), /has ended/)
        assert.equal(await visit(one, '/account'), '/account')
      })

      it('gets past the navigation by the keyboard', async () => {
        await visit(one, '/account')
        await one.page.keyboard.press('Tab')
        await one.page.keyboard.press('Enter')
        await one.page.keyboard.press('Tab')
        assert.ok(await one.page.getByLabel('A note to yourself').evaluate(isFocused))
      })

      it('has one logout form on every page of a user', async () => {
        for (const path of ['/account', '/account/sessions', '/account/password', '/reauth']) {
          assert.equal(await visit(one, path), path)
          assert.equal(await one.page.locator('form[method=post][action="/logout"]').count(), 1)
        }
      })

      it('asks for the password again, and goes on to where that was needed', async () => {
        assert.equal(await visit(one, '/reauth?next=/account/sessions'), '/reauth')
        assert.equal(await submit(one, 'Go on', { Password: password }), '/account/sessions')
      })

      it('changes the password, which ends the other devices', async () => {
        assert.equal(await logIn(other), '/account')
        await visit(one, '/account/password')
        assert.equal(await changePassword(one, password, newPassword), '/account')
        password = newPassword
        assert.equal(await visit(other, '/account'), '/login')
      })

      it('is logged out for good, even with the cookie of before', async () => {
        const kept = await cookiesOf(one)
        assert.deepEqual(
          kept.map((cookie) => cookie.name),
          ['id'],
        )
        assert.equal(await submit(one, 'Log out'), '/')
        assert.deepEqual(await cookiesOf(one), [])
        await one.page.context().addCookies(kept)
        assert.equal(await visit(one, '/account'), '/login')
        assert.deepEqual(await cookiesOf(one), [], 'the cookie of a session that is over goes')
      })

      it('logs in with the new password', async () => {
        assert.equal(await logIn(one), '/account')
      })

      it('logs out the others, and then everywhere', async () => {
        assert.equal(await logIn(other), '/account')
        assert.equal(await visit(one, '/account/sessions'), '/account/sessions')
        assert.equal(await submit(one, 'Log out the others'), '/account/sessions')
        assert.deepEqual(await listDevices(one), ['Linux, this one'])
        assert.equal(await visit(other, '/account'), '/login')
        assert.equal(await submit(one, 'Log out everywhere'), '/login')
        assert.equal(await visit(one, '/account'), '/login')
      })

      it('shows nothing of a user who has logged out to whoever goes back', async () => {
        assert.equal(await logIn(one), '/account')
        assert.equal(await visit(one, '/account/sessions'), '/account/sessions')
        assert.equal(await submit(one, 'Log out'), '/')
        assert.equal(await headingOf(one), 'Welcome')
        for (let steps = 0; steps < 2; steps++) {
          assert.equal(await goBack(one), '/login')
          assert.ok(!(await one.page.content()).includes(name))
        }
      })

      it('had nothing that the browser objects to', () => {
        assert.deepEqual([...one.complaints, ...other.complaints], [])
      })
    })
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [375, 1280]) {
      it(`has no barriers that axe knows, ${colorScheme} and ${width} px wide`, async () => {
        const options = { baseURL: app.address, colorScheme, viewport: { width, height: 800 } }
        const tab = await openTab(browser, options)
        const name = `carol-${colorScheme}-${width}`
        const password = await addUser(emitted, name)
        await walkPages(tab, { name, password }, async (page) => {
          assert.deepEqual(await findBarriers(tab), [], page)
          const overflow = 'document.documentElement.scrollWidth - innerWidth'
          assert.equal(await tab.page.evaluate(overflow), 0, `${page} is wider than the screen`)
        })
        await tab.page.context().close()
      })
    }
  }

  it('looks as its pictures in docs/ do', async () => {
    const tab = await openTab(browser, { baseURL: app.address })
    const user = { name: 'dora', password: await addUser(emitted, 'dora') }
    const pages: Record<string, string> = {}
    await walkPages(tab, user, async (page) => {
      pages[page] = await readText(tab, user.name)
    })
    await tab.page.context().close()
    assert.deepEqual({ style: hashStyle(), pages }, readTaken(), 'Take new ones: npm run pictures')
  })
})

const isFocused = (element: Element) => element === document.activeElement
