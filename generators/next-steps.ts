import { readLacks } from './lacks.ts'
import { layerPackage } from './package-json.ts'
import { appLayers } from './stores.ts'
import { type Tree, textOf } from './tree.ts'

/** What to do before an app with this store can start: commands, each with what it is for behind a `#`, and sentences. */
export function storeSteps({
  template,
  store,
  tree,
}: {
  template: Tree
  store: string
  tree: Tree
}): string[] {
  const service = serviceOf(textOf(tree, 'docker-compose.yml') ?? '')
  return [
    ...ownSteps(template, store),
    ...(service ? [`docker compose up -d --wait  # starts ${service}`] : []),
    ...(readLacks(template, store).creation ? ['npm run setup  # makes the table'] : []),
  ]
}

/** What a store says of itself that has to be done before it is one, in sentences. */
export function ownSteps(template: Tree, store: string): string[] {
  return appLayers(template, store).flatMap(
    (layer) => layerPackage(template, layer).store?.next ?? [],
  )
}

function serviceOf(compose: string): string | undefined {
  const image = /image: (\S+)/.exec(compose)?.[1]
  const address = /- (127\.0\.0\.1:\d+):\d+/.exec(compose)?.[1]
  return image && (address ? `${image} at ${address}` : image)
}
