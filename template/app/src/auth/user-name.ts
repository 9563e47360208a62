/** A user name or a password that does not do; the message is for whoever has chosen it. */
export class UnfitError extends Error {}

/** Refuses, by an `UnfitError`, what is no user name, and one that people would take for one of `others`, as the throttle does. */
export function checkNewName(name: string, others: string[]): void {
  if (!/^\w[\w.@+-]{0,63}$/.test(name)) {
    throw new UnfitError(
      `"${name}" is no user name: use 1 to 64 letters, digits and _ . @ + -, the first a letter, digit or _`,
    )
  }
  const same = others.find((each) => each.toLowerCase() === name.toLowerCase())
  if (same) throw new UnfitError(`"${name}" is too much like "${same}", which is there already`)
}
