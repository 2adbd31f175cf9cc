// Reads a pack of evidence and says on the terminal how far it is: the signatures of one signing take a moment, a ledger can
// hold hundreds.
import { readEvidence, type EvidenceFiles, type EvidenceReading } from '../shared/evidence/evidence.ts'
import { Progress } from './terminal.ts'

/** Reads a pack and checks everything in it, with a line of progress that leaves no trace. */
export async function readEvidenceWithProgress(files: EvidenceFiles): Promise<EvidenceReading> {
  const progress = new Progress()
  try {
    return await readEvidence(files, (number, all) => progress.update(`Checking signing ${number} of ${all}`))
  } finally {
    progress.end()
  }
}
