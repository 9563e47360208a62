import { nearestWord } from './nearest.ts'
import { layerPackage } from './package-json.ts'
import { quote, Refusal } from './refusal.ts'
import type { Tree } from './tree.ts'

/** A store that an app can have, described in its folder's own words. */
export interface Store {
  name: string
  description: string
}

/** The store of an app whose author did not say which. */
export const defaultStore = 'sqlite'

/** The stores to choose from: every folder but those that are only there for others to extend. */
export function listStores(template: Tree): Store[] {
  return [...template.keys()].flatMap((path) => {
    const name = /^stores\/([^/]+)\/package\.json$/.exec(path)?.[1]
    if (!name) return []
    const { description = '', store } = layerPackage(template, `stores/${name}`)
    return store?.shared ? [] : [{ name, description }]
  })
}

/** Refuses a name that is no store, with the one that was probably meant. */
export function checkStore(template: Tree, name: string): void {
  const names = listStores(template).map((store) => store.name)
  if (names.includes(name)) return
  const meant = nearestWord(name, names)
  const hint = meant ? `did you mean ${meant}? The stores are` : 'choose one of'
  throw new Refusal(`unknown store ${quote(name)}: ${hint} ${names.join(', ')}`)
}

/** The folders that make an app with this store, in the order in which they are laid down. */
export function appLayers(template: Tree, store: string): string[] {
  const layers = new Set(['app'])
  const visit = (name: string, above: string[]) => {
    const path = [...above, name]
    if (above.includes(name)) throw new Error(`A store extends itself: ${path.join(' > ')}`)
    const below = layerPackage(template, `stores/${name}`).store?.extends ?? []
    for (const one of below) visit(one, path)
    layers.add(`stores/${name}`)
  }
  visit(store, [])
  return [...layers]
}
