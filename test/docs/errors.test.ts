// docs/errors.md has one section for each code word and each finding, no other, and the exit codes of the table.
import { describe, expect, test } from 'vitest'
import { codes, exitCodes, type Code } from '../../src/shared/base/error-codes.ts'
import { findingCodes } from '../../src/shared/base/finding.ts'
import { page, sections } from './pages.ts'

const text = page('docs/errors.md')
const found = sections(text, '###')
const titles = found.map(([title]) => title)
const bodyOf = (title: string): string => found.find(([other]) => other === title)?.[1] ?? ''

test('one section for each code word and finding, in the order of the source, and none left over', () => {
  expect(titles).toEqual([...Object.keys(codes), ...findingCodes])
})

describe('each refusal', () => {
  test.each(Object.keys(codes) as Code[])('%s: its exit code, what it means, what to do', (code) => {
    const body = bodyOf(code)
    expect(body).toMatch(new RegExp(`^Exit code ${exitCodes[codes[code]]}\\. [A-Z\`]`))
    expect(body).toMatch(/^What to do: [a-z`]/m)
  })
})

describe('each finding', () => {
  test.each(findingCodes)('%s: its level, what it means, what to do', (code) => {
    const body = bodyOf(code)
    expect(body).toMatch(/^(Warning|Note)\. [A-Z]/)
    expect(body).toMatch(/^What to do: [a-z]/m)
  })
})

test('the table has every exit code', () => {
  const rows = [...text.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code))
  expect(rows).toEqual([0, ...Object.values(exitCodes)])
})
