import type { SessionBackend } from './index.ts'

/** The backend that is being opened: each call waits until it is. */
export function openLater(opening: Promise<SessionBackend>): SessionBackend {
  let opened: SessionBackend | undefined
  opening.then(
    (backend) => {
      opened = backend
    },
    () => {},
  )
  const later =
    <Args extends unknown[], Result>(
      choose: (backend: SessionBackend) => (...args: Args) => Promise<Result>,
    ) =>
    async (...args: Args): Promise<Result> =>
      choose(await opening)(...args)

  return {
    read: later(({ read }) => read),
    insert: later(({ insert }) => insert),
    replace: later(({ replace }) => replace),
    touch: later(({ touch }) => touch),
    remove: later(({ remove }) => remove),
    owned: later(({ owned }) => owned),
    scan: async function* () {
      yield* (await opening).scan()
    },
    sweep: later(({ sweep }) => sweep),
    prepare: later(({ prepare }) => prepare),
    ping: later(({ ping }) => ping),
    isRefusal: (error) => opened?.isRefusal?.(error) ?? false,
    close: later(({ close }) => close),
  }
}
