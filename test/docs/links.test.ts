import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, it } from 'node:test'
import { pages } from './pages.ts'

const root = join(import.meta.dirname, '../..')
const release = readFileSync(join(root, '.github/workflows/release.yml'), 'utf8')

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8').replace(/^```[\s\S]*?^```/gm, '')
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** What is wrong with a link of a page; undefined where it leads somewhere. */
function problemOf(page: string, link: string): string | undefined {
  if (/^https?:/.test(link)) return URL.canParse(link) ? undefined : 'is no address'
  // Out of the files, to what the host shows beside them.
  const hosted = /^\.\.\/\.\.\/(tree\/([\w-]+)|releases)$/.exec(link)
  if (hosted && page === 'README.md') {
    const [, , branch] = hosted
    if (!branch || release.includes(`git init --quiet --initial-branch ${branch}\n`)) return
    return 'is a branch that no release makes'
  }
  const [file = '', anchor] = link.split('#')
  const path = file === '' ? page : posix.join(posix.dirname(page), file)
  if (path.startsWith('..') || !existsSync(join(root, path))) return 'is not there'
  if (anchor && !anchorsOf(path).includes(anchor)) return `has no heading ${anchor}`
  return undefined
}

describe('the documents', () => {
  it('have links that lead somewhere', () => {
    let count = 0
    const broken = pages.flatMap(({ path, text }) => {
      const prose = text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')
      const found = prose.matchAll(/\]\(([^)\s]+)\)|\bsrc(?:set)?="([^"]+)"/g)
      const links = [...found].map(([, link, picture]) => link ?? picture ?? '')
      count += links.length
      return links.flatMap((link) => {
        const problem = problemOf(path, link)
        return problem ? [`${path}: ${link} ${problem}`] : []
      })
    })
    assert.deepEqual(broken, [])
    assert.ok(count > 50, `only ${count} links are found`)
  })

  it('would not, with a link to nowhere', () => {
    for (const link of ['docs/none.md', '#nothing', 'docs/stores.md#none', '../../tree/none']) {
      assert.ok(problemOf('README.md', link), link)
    }
  })

  it('are all in the index, but for that itself and each decision', () => {
    const index = pages.find(({ path }) => path === 'docs/README.md')?.text ?? ''
    const others = pages.filter(({ path }) => /^docs\/[^/]+\.md$/.test(path))
    assert.deepEqual(
      others.filter(({ path }) => {
        const name = posix.basename(path)
        return name !== 'README.md' && !index.includes(`](${name})`)
      }),
      [],
    )
  })

  it('have a README that is read in two minutes, and decisions in one', () => {
    for (const { path, text } of pages) {
      const most = path === 'README.md' ? 119 : path.startsWith('docs/decisions/') ? 40 : Infinity
      const lines = text.trimEnd().split('\n').length
      assert.ok(lines <= most, `${path} has ${lines} lines, and ${most} is the most`)
    }
  })
})
