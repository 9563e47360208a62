/** Throws, without the password, when the address of a server cannot be read. */
export function checkAddress(url: string): void {
  const protocol = url.slice(0, url.indexOf(':') + 1)
  if (/^(file|sqlite):/.test(protocol) || URL.canParse(firstHost(url))) return
  // Where there is no @, what follows // may be a password without its host.
  const shown = url.replace(/\/\/(.*@|[^@]*$)/s, '//***@')
  throw new Error(
    `SESSION_STORE_URL is "${shown}", which cannot be read; write ${protocol}//user:password@host:port, in a password with %2F for /, %23 for #, %3F for ?, %40 for @ and %25 for %`,
  )
}

/** The address with the first of its hosts, where an adapter takes several: `mongodb://a:1,b:2/db` is no URL. */
function firstHost(url: string): string {
  return /^(mongodb|etcd):/.test(url) ? url.replace(/(,[^,/?@]+)+(?=[/?]|$)/, '') : url
}
