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

/** The images of all stores, as their compose files name them. */
export function listImages(): string[] {
  const images = listStores(templateFiles()).map(({ name }) => imageOf(name))
  return [...new Set(images.filter((image) => image !== undefined))]
}
