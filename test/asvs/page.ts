import { basename } from 'node:path'
import type { Proof } from './proof.ts'
import type { Chapter, Requirement } from './requirement.ts'

const mostTitles = 5

/** The whole of docs/asvs.md; the same for the same tests and requirements. */
export function formatPage(chapters: Chapter[], proofs: Map<string, Proof[]>): string {
  const all = chapters.flatMap(({ requirements }) => requirements)
  const shown = all.filter(({ id }) => proofs.has(id))
  const read = all.filter((each) => each.read)
  const beside = all.filter((each) => each.na)
  const open = all.filter((each) => each.gap && !proofs.has(each.id) && !each.read)
  return `# What of OWASP ASVS an emitted app keeps

The requirements of OWASP ASVS 5.0 that concern a login with sessions: all of chapter V7, and of the other chapters what lies around it. Each is told in our own words; the standard has the full text under the same number. SM, CS and CK count what the OWASP cheat sheets on sessions and on CSRF, and RFC 6265bis on cookies, ask for beyond ASVS; those numbers are ours.

\`npm run asvs\` emits an app with SQLite, runs our security suite (\`test/suite/security\`) over it and writes this page: a requirement is shown by the tests that passed and name it at the end of their titles. \`npm test\` makes the page anew and compares it, and runs what is about sessions with other stores as well; \`npm run test:full\` runs all of it with every store. The list is in \`test/asvs/requirements\`. This is what we found about our own work; nobody else has assessed it.

- Files are those of an emitted app, tests those in \`test/suite/security\`.
- *Read:* no test shows it; it is seen by reading what is named.
- *Not applicable:* the app has nothing that it could concern.
- **Not built:** it concerns the app, and the app does not do it. **Open:** what the tests beside it leave out.

| shown by tests | by reading | not applicable | not built | all |
| :-: | :-: | :-: | :-: | :-: |
| ${[shown, read, beside, open, all].map(({ length }) => length).join(' | ')} |
${chapters.map((chapter) => formatChapter(chapter, proofs)).join('')}`
}

function formatChapter({ title, requirements }: Chapter, proofs: Map<string, Proof[]>): string {
  const rows = requirements.map((each) => {
    const where = (each.where ?? []).map((path) => `\`${path}\``).join('<br>')
    const cells = [each.id, each.level ? `L${each.level}` : '', each.text, where]
    return `| ${[...cells, formatReason(each, proofs.get(each.id) ?? [])].join(' | ')} |`
  })
  return `
## ${title}

| | level | what it asks | where | what shows it |
| --- | :-: | --- | --- | --- |
${rows.join('\n')}
`
}

function formatReason({ na, read, gap }: Requirement, proofs: Proof[]): string {
  const lines = formatProofs(proofs)
  if (na) lines.push(`*Not applicable:* ${na}`)
  if (read) lines.push(`*Read:* ${read}`)
  if (gap) lines.push(`**${lines.length > 0 ? 'Open' : 'Not built'}:** ${gap}`)
  return lines.join('<br>')
}

/** The titles, with the file before the first of each. */
function formatProofs(proofs: Proof[]): string[] {
  const some = proofs.slice(0, mostTitles)
  const lines = some.map(({ file, sentence }, index) => {
    const isFirst = some[index - 1]?.file !== file
    const title = sentence.replaceAll('|', '\\|').replaceAll('<', '&lt;')
    return isFirst ? `\`${basename(file)}\`: ${title}` : `· ${title}`
  })
  const more = proofs.length - some.length
  return more > 0 ? [...lines, `and ${more} more`] : lines
}
