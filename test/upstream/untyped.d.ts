// Packages without types, as far as they are used here.
declare module 'session-file-store' {
  import type session from 'express-session'

  export default function create(
    from: typeof session,
  ): new (options: {
    path: string
    logFn(text: string): void
  }) => session.Store
}

declare module 'connect-memcached' {
  import type session from 'express-session'

  export default function create(from: typeof session): new (options: {
    hosts: string[]
    prefix: string
  }) => session.Store & {
    client: { end(): void }
  }
}
