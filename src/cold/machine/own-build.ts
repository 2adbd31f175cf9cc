// Which build this is: the version, and the SHA-256 of the very file that runs.
//
// The hash is worth what the file is: a program that was changed can print any hash. It is for the record and for comparing
// aloud; the proof is `sha256sum` on the file, typed by the person. Unbuilt, the version is "source" and the hash that of
// this source file alone.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { version } from '../../local/version.ts'
import type { DocumentDigest } from '../../shared/base/document.ts'

/** A build, by its version and its bytes. */
export interface OwnBuild {
  readonly version: string
  /** As sha256sum prints it. */
  readonly sha256: DocumentDigest
}

/** The path of the file that runs. */
export const ownPath = (): string => fileURLToPath(import.meta.url)

let build: OwnBuild | null = null

/**
 * The build that runs; its file is read once.
 *
 * @throws the system's error when the file is gone or unreadable, which is a fault of the machine
 */
export function ownBuild(): OwnBuild {
  build ??= { version, sha256: createHash('sha256').update(readFileSync(ownPath())).digest('hex') as DocumentDigest }
  return build
}
