/** Logs in and out over HTTP as a browser does, and throws at the first answer that is not right. */
export async function visit(
  address: string,
  { user, password }: { user: string; password: string },
): Promise<void> {
  let cookie = ''
  const request = async (method: string, path: string, form?: Record<string, string>) => {
    const response = await fetch(address + path, {
      method,
      redirect: 'manual',
      headers: { cookie, origin: address, 'sec-fetch-site': 'same-origin' },
      ...(form && { body: new URLSearchParams(form) }),
    }).catch((error: Error) => {
      throw new Error(`${method} ${path} has no answer: ${error.cause ?? error}`)
    })
    const set = response.headers.getSetCookie().map((line) => line.split(';')[0])
    const location = response.headers.get('location') ?? ''
    const page = await response.text()
    return { status: response.status, location, page, cookie: set.join('; ') }
  }
  const step = async (
    what: string,
    answer: ReturnType<typeof request>,
    isRight: (answer: Awaited<ReturnType<typeof request>>) => boolean,
  ) => {
    const got = await answer
    const where = got.location && ` to ${got.location}`
    console.log(`${what.padEnd(40)} ${got.status}${where}`)
    if (!isRight(got)) throw new Error(`${what} must not answer ${got.status}${where}`)
    return got
  }

  await step('ready', request('GET', '/readyz'), ({ status }) => status === 200)
  const login = await step('the login page', request('GET', '/login'), (at) => at.status === 200)
  cookie = login.cookie
  const form = { ...hiddenFields(login.page, '/login'), username: user, password }
  const loggedIn = await step(
    'log in',
    request('POST', '/login', form),
    (at) => at.status === 303 && at.location === '/account' && at.cookie !== '',
  )
  cookie = loggedIn.cookie
  const account = await step(
    `the account of ${user}`,
    request('GET', '/account'),
    (at) => at.status === 200 && at.page.includes(user),
  )
  await step(
    'the devices',
    request('GET', '/account/sessions'),
    (at) => at.status === 200 && at.page.includes('action="/api/sessions/revoke-all"'),
  )
  await step(
    'log out, without the token',
    request('POST', '/logout', {}),
    (at) => at.status === 403,
  )
  await step(
    'log out',
    request('POST', '/logout', hiddenFields(account.page, '/logout')),
    (at) => at.status === 303,
  )
  await step(
    'the account, with the cookie kept',
    request('GET', '/account'),
    (at) => at.status === 303 && at.location.startsWith('/login'),
  )
  await step('the API, with the cookie kept', request('GET', '/api/me'), (at) => at.status === 401)
}

function hiddenFields(page: string, action: string): Record<string, string> {
  const [form = ''] = new RegExp(`<form[^>]*action="${action}"[\\s\\S]*?</form>`).exec(page) ?? []
  const inputs = form.match(/<input[^>]*type="hidden"[^>]*>/g) ?? []
  const attribute = (input: string, name: string) =>
    new RegExp(`${name}="([^"]*)"`).exec(input)?.[1] ?? ''
  return Object.fromEntries(
    inputs.map((input) => [attribute(input, 'name'), attribute(input, 'value')]),
  )
}
