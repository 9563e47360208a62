import { appLayers, listStores } from '../../generators/template/layers.ts'
import { templateFiles, textOf } from '../../generators/template/tree.ts'

/** The image of the server that a store of the template is tested with; undefined where there is no server. */
export function imageOf(backend: string): string | undefined {
  const template = templateFiles()
  const texts = appLayers(template, backend).map((layer) =>
    textOf(template, `${layer}/docker-compose.yml`),
  )
  return /^\s*image:\s*(\S+)/m.exec(texts.findLast((text) => text) ?? '')?.[1]
}

/** The images of these stores, as their compose files name them; of all stores where none are named. */
export function listImages(stores = listStores(templateFiles()).map(({ name }) => name)): string[] {
  const images = stores.map(imageOf)
  return [...new Set(images.filter((image) => image !== undefined))]
}
