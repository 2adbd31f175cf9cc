// How a review looks: sections of labelled lines, then the findings by level. 80 columns; a value that does not fit
// beside its label goes below it, whole: a hash is never cut.
import type { Finding } from '../shared/base/finding.ts'
import type { ReviewSection } from '../shared/request/review.ts'
import { hang, styled, wrap, type Screen } from './terminal.ts'

const WIDTH = 80
const LABEL = 14

const levels = {
  refusal: { mark: 'REFUSED', style: 'red' },
  warning: { mark: 'WARNING', style: 'yellow' },
  note: { mark: 'note', style: 'cyan' },
} as const

/** The review as text for a stream. */
export function reviewText(sections: readonly ReviewSection[], findings: readonly Finding[], stream: Screen): string {
  const blocks = sections.map(({ title, lines }) => {
    const heading = styled(stream, 'bold', title)
    return [heading, ...lines.flatMap(([label, value]) => reviewLine(label, value))].join('\n')
  })
  return [...blocks, findingsText(findings, stream)].join('\n\n')
}

function reviewLine(label: string, value: string): readonly string[] {
  const beside = `  ${label.padEnd(LABEL)}${value}`
  if (beside.length <= WIDTH && label.length < LABEL) return [beside]
  if (!value.includes(' ')) return [`  ${label}`, `    ${value}`]
  const [first = '', ...rest] = wrap(value, WIDTH - LABEL - 2)
  return [`  ${label.padEnd(LABEL)}${first}`, ...rest.map((line) => ' '.repeat(LABEL + 2) + line)]
}

/** The findings as text, the gravest first. */
export function findingsText(findings: readonly Finding[], stream: Screen): string {
  const heading = styled(stream, 'bold', 'Findings')
  if (findings.length === 0) return `${heading}\n  none`
  const lines = findings.map(({ level, code, message }) => {
    const { mark, style } = levels[level]
    return hang(`  ${mark.padEnd(8)}`, `${message} (${code})`).replace(mark, styled(stream, style, mark))
  })
  return [heading, ...lines].join('\n')
}
