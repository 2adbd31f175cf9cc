// A file that is there whole or not at all: somebody may run what another build is just writing.
import { rename, writeFile } from 'node:fs/promises'

/** Writes a file beside its place and renames it into it. */
export async function writeWholeFile(path: string, content: string | Uint8Array): Promise<void> {
  const beside = `${path}.${process.pid}`
  await writeFile(beside, content)
  await rename(beside, path)
}
