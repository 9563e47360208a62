import { alice } from '../suite.ts'
import type { SecureApp, SecureSuite } from './app.ts'
import { openBreakage } from './breakage.ts'

/** Answers of every kind that the app gives, by what they are, which ends in their status. */
export async function collectAnswers(
  suite: SecureSuite,
  app: SecureApp,
): Promise<Record<string, Response>> {
  const visitor = app.visitor()
  const guest = app.visitor()
  const evil = { headers: { Origin: 'https://evil.test', 'Sec-Fetch-Site': 'cross-site' } }
  const type = { headers: { 'Content-Type': 'text/plain' } }
  const answers: Record<string, Response> = {
    'start page 200': await guest.get('/'),
    'login page 200': await guest.get('/login'),
    'asset 200': await guest.get('/assets/style.css'),
    'live 200': await guest.get('/livez'),
    'ready 200': await guest.get('/readyz'),
    'wrong login 401': await guest.submit('/login', { ...alice, password: 'a wrong password' }),
    'login 303': await visitor.login(),
    'account page 200': await visitor.get('/account'),
    'sessions page 200': await visitor.get('/account/sessions'),
    'me 200': await visitor.get('/api/me'),
    'sessions 200': await visitor.get('/api/sessions'),
    'note 200': await visitor.post('/api/note', { note: 'kept' }),
    'note form 303': await visitor.submit('/api/note', { note: 'kept' }),
    'guest at a page 303': await guest.get('/account'),
    'guest at a route 401': await guest.get('/api/me'),
    'cross-site page 403': await visitor.submit('/api/note', { note: 'no' }, evil),
    'cross-site 403': await visitor.post('/api/note', { note: 'no' }, evil),
    'no such page 404': await guest.get('/nowhere'),
    'no such route 404': await guest.get('/api/nowhere', { Accept: 'application/json' }),
    'wrong method 405': await visitor.get('/logout'),
    'wrong type 415': await visitor.post('/api/note', { note: 'no' }, type),
    'too large 413': await visitor.post('/api/note', { note: 'x'.repeat(600_000) }),
  }
  const breakage = await openBreakage(suite, suite)
  if (breakage) {
    const weak = await suite.start(suite, breakage.env)
    const late = weak.visitor()
    await late.token('/login')
    await breakage.start()
    answers['no store page 503'] = await late.login()
    answers['no store 503'] = await late.post('/login', alice)
    await breakage.stop()
  }
  return answers
}
