import type { Column } from './compare.ts'

/** The lines of the table, one a case: the same in every run. Throws when a package was not asked all of them. */
export function formatTable(columns: Column[]): string[] {
  const [first] = columns
  const sentences = first?.outcomes.map(({ sentence }) => sentence) ?? []
  for (const { name, outcomes } of columns) {
    const asked = outcomes.map(({ sentence }) => sentence)
    if (asked.join() !== sentences.join()) throw new Error(`${name} was not asked every case`)
  }
  const head = ['', ...columns.map(({ name }) => name)]
  const rows = sentences.map((sentence, row) => [
    sentence,
    ...columns.map(({ outcomes }) => outcomes[row]?.cell ?? ''),
  ])
  const rule = head.map((_, index) => (index === 0 ? '---' : ':-:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}

function formatReasons({ name, outcomes }: Column): string[] {
  const reasons = outcomes.filter(({ cell }) => cell !== '✓')
  const lines = reasons.map(({ sentence, cell, reason }) => `- ${cell} ${sentence}: *${reason}*`)
  return lines.length > 0 ? ['', `### ${name}`, '', ...lines] : []
}

/** The whole of docs/upstream.md; `standIns` says what stood in for the images. */
export function formatPage(columns: Column[], standIns: Map<string, string>): string {
  const ran = columns.map(({ name, packages, image }) => {
    const standIn = image && standIns.get(image)
    const server = image ? `${image}${standIn ? `, for which stood in: ${standIn}` : ''}` : 'none'
    return `| ${name} | ${packages.join(', ') || 'an emitted app'} | ${server} |`
  })
  return `# What plain packages keep

Every emitted app asks its own store the cases below, whatever its backend (\`test/suite/conformance/store-cases\`). Here the published packages are asked the same, with the defaults of their READMEs. \`npm run upstream\` asks them and writes this page, and \`npm run test:full\` compares it.

- A column is a package; \`ours\` is the store of an emitted app, here on Redis. A row is a sentence that should hold.
- ✓ it holds, ✗ it does not, – it could not be asked; the list below the table says why.
- The cases ask the store itself, as express-session does; no browser and no app is between.
- A ✗ need not be a fault, for a package may promise less. It is what an app meets that counts on the sentence, or changes its backend.

## What holds

${formatTable(columns).join('\n')}

## Why not
${columns.flatMap(formatReasons).join('\n')}

## What ran

Node ${process.versions.node}. Nothing is claimed for a server that did not run: a stand-in is shown for the stand-in.

| | packages | server |
| --- | --- | --- |
${ran.join('\n')}
`
}
