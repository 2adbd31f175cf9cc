// Writes vectors/requests, vectors/responses, and approval.json and
// register-key-transaction.json of vectors/known-answers: `npx tsx scripts/make-vectors.ts`.
//
// How each vector is made stands in test/shared/*-cases.ts: a valid document from the known answers, one edit, and the code
// expected by the rule that the edit breaks. Edits of one field are rows of vectors/requests/fields.json. Nothing under test computes an expectation, and a test compares the files with
// what this writes, byte for byte.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { approvalVectors } from '../test/shared/cases/approval-cases.ts'
import { fieldCases } from '../test/shared/cases/request-field-cases.ts'
import { registerKeyVectors } from '../test/shared/cases/register-key-cases.ts'
import { requestVectors } from '../test/shared/cases/request-cases.ts'
import { responseVectors } from '../test/shared/cases/response-cases.ts'
import { formatRows } from '../test/support/field-rows.ts'
import { FIELDS, folders, formatVector, vectorFolder } from '../test/support/vectors.ts'

const made = { requests: requestVectors, responses: responseVectors }

for (const folder of folders) {
  const path = vectorFolder(folder)
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path, { recursive: true })
  for (const vector of made[folder]) {
    writeFileSync(join(path, vector.name), formatVector(folder, vector), { flag: 'wx' })
  }
  console.log(`${folder}: ${made[folder].length} vectors`)
}

writeFileSync(join(vectorFolder('requests'), FIELDS), formatRows(fieldCases.map(({ row }) => row)), { flag: 'wx' })
console.log(`requests/${FIELDS}: ${fieldCases.length} vectors`)

writeFileSync(resolve(vectorFolder('requests'), '../known-answers/approval.json'), approvalVectors)
writeFileSync(resolve(vectorFolder('requests'), '../known-answers/register-key-transaction.json'), registerKeyVectors)
