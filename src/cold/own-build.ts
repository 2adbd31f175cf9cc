// Which program this is: its version, and the SHA-256 of its one file, as sha256sum prints it.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { version } from '../local/version.ts'
import type { DocumentDigest } from '../shared/document.ts'

export interface OwnBuild {
  readonly sha256: DocumentDigest
  readonly version: string
}

let build: OwnBuild | null = null

/** This very program; the file is read once. */
export function ownBuild(): OwnBuild {
  build ??= { sha256: ownHash(), version }
  return build
}

const ownHash = (): DocumentDigest =>
  createHash('sha256')
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .digest('hex') as DocumentDigest
