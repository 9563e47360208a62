const loopback = /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/i

/** Whether a store's address leads to another machine, and does not ask for TLS on the way (OWASP ASVS 12.3.1). */
export function goesInTheClear(url: string): boolean {
  const [, scheme = '', hosts = '', query = ''] =
    /^([a-z0-9+]+):\/\/(?:[^@/]*@)?([^/?]*)[^?]*\??(.*)$/i.exec(url) ?? []
  if (hosts === '' || hosts.split(',').every((host) => loopback.test(host))) return false
  if (/^(rediss|dynamodb$|.*\b(srv|https))/.test(scheme)) return false
  const asked = new URLSearchParams(query)
  const isAsked = ['tls', 'ssl'].some((name) => asked.get(name) === 'true')
  return !isAsked && !/^(require|verify-(ca|full))$/.test(asked.get('sslmode') ?? '')
}
