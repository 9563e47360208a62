import type { SessionBackend } from './backend.ts'

/** The backend that is being opened: each call waits until it is. */
export function waitFor(opening: Promise<SessionBackend>): SessionBackend {
  const later =
    <Args extends unknown[], Answer>(
      choose: (backend: SessionBackend) => (...args: Args) => Promise<Answer>,
    ) =>
    async (...args: Args): Promise<Answer> =>
      choose(await opening)(...args)

  return {
    read: later(({ read }) => read),
    insert: later(({ insert }) => insert),
    replace: later(({ replace }) => replace),
    extend: later(({ extend }) => extend),
    remove: later(({ remove }) => remove),
    owned: later(({ owned }) => owned),
    scan: async function* () {
      yield* (await opening).scan()
    },
    sweep: later(({ sweep }) => sweep),
    prepare: later(({ prepare }) => prepare),
    adopt: later(({ adopt }) => adopt ?? (async () => null)),
    ping: later(({ ping }) => ping),
    close: later(({ close }) => close),
  }
}
