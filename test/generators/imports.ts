/** What a module imports, as it is written there. */
export function importsOf(code: string): string[] {
  const named = /^(?:import|export)\s[\w\s{},*$]*?from\s+'([^']+)'/gm
  const others = /^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm
  return [...code.matchAll(named), ...code.matchAll(others)].map(
    ([, from, dynamic]) => from ?? dynamic ?? '',
  )
}

/** The package that an import is of. */
export function packageOf(from: string): string {
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')
}
