// Approvals of churning as files, in the plain form that both programs read.
import { writeFileSync } from 'node:fs'
import type { ChurnApproval } from '../devnet/churn.ts'

/** Writes an approval; gives the path back. */
export function writeApproval(path: string, { kicks, salt, expiry, signature }: ChurnApproval): string {
  const plain = kicks.map(({ quorumNumber, operator }) => ({ quorum: quorumNumber, operator }))
  writeFileSync(path, JSON.stringify({ expiry: Number(expiry), kicks: plain, salt, signature }))
  return path
}
