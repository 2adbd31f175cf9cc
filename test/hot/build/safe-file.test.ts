// The checksum of a Transaction Builder file, against one that Safe's own program wrote.
import { readFileSync } from 'node:fs'
import type { Address, Hex } from 'viem'
import { expect, test } from 'vitest'
import { checksumOf, safeFile } from '../../../src/hot/build/safe-file.ts'
import type { CompleteCall } from '../../../src/shared/request/derive.ts'
import { inProject } from '../../support/project.ts'

interface Batch {
  readonly meta: { readonly checksum: Hex; readonly name: string; readonly description: string }
  readonly transactions: readonly { readonly to: Address; readonly data: Hex }[]
}

/** Apart, as it is computed: the file without its checksum. */
function apart({ meta: { checksum, ...meta }, ...file }: Batch): { checksum: Hex; file: { meta: object } } {
  return { checksum, file: { ...file, meta } }
}

test('the checksum is that of Safe, which leaves the name out', () => {
  const text = readFileSync(inProject('vectors/safe-batch.json'), 'utf8')
  const published = (JSON.parse(text) as { file: Batch }).file
  const { checksum, file } = apart(published)
  expect(checksumOf(file)).toBe(checksum)
  expect(checksumOf({ ...file, meta: { ...file.meta, name: 'another' } })).toBe(checksum)
  expect(checksumOf({ ...file, meta: { ...file.meta, description: 'another' } })).not.toBe(checksum)
})

test('a file that is written has its own', () => {
  const to = '0x00000000000000000000000000000000000000AA'
  const complete = { call: { to }, calldata: '0xfeed' } as unknown as CompleteCall
  const operator = '0x00000000000000000000000000000000000000bB' as never
  const bytes = safeFile({ chainId: 1, complete, operator, summary: 'a call' }, 1_761_326_849_944)
  const written = JSON.parse(new TextDecoder().decode(bytes)) as Batch
  const { checksum, file } = apart(written)
  expect(checksumOf(file)).toBe(checksum)
  expect(written.transactions).toMatchObject([{ to, value: '0', data: '0xfeed' }])
})
