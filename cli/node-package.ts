import { isAtLeast } from '../generators/is-at-least.ts'
import { layerPackage } from '../generators/package-json.ts'
import type { Tree } from '../generators/tree.ts'

/** What an app needs where it is made with a Node that cannot run it: a package that brings one, or a warning. */
export function nodeForApp(
  template: Tree,
  {
    version = process.versions.node,
    platform = process.platform as string,
    arch = process.arch as string,
    musl = isMusl,
  } = {},
): { nodePackage?: string; note?: string } {
  const needed = layerPackage(template, 'app').engines?.node?.replace('>=', '') ?? '0'
  if (isAtLeast(version, needed)) return {}
  const name = `node-${platform === 'win32' ? 'win' : platform}-${arch}`
  const brought = layerPackage(template, 'node').optionalDependencies?.[name]
  if (!brought || (platform === 'linux' && musl())) {
    return { note: `Install Node ${needed} or later to run the app: this one is ${version}.` }
  }
  const note = `This Node is ${version} and the app needs ${needed}, so the install brings it Node ${brought} (${name}).`
  return { nodePackage: name, note }
}

// The packages hold Node's own builds, which need glibc; Alpine has another libc.
function isMusl(): boolean {
  Object.assign(process.report, { excludeNetwork: true })
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  return header.glibcVersionRuntime === undefined
}
