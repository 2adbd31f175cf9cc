// What the journal needs of a request, whichever operation it is for: who sends, to which AVS, and how to ask for it again.
import type { Address } from '../shared/fields.ts'
import type { UnsignedRequest } from '../shared/request.ts'

/** The operator that sends the transaction. */
export const senderOf = ({ operation }: UnsignedRequest): Address => operation.operator

/** The contract by which the AVS is known. */
export const avsOf = ({ operation }: UnsignedRequest): Address => operation.serviceManager

/** The command that builds the same again, with a new salt, nonce and expiry. */
export function buildCommand({ operation }: UnsignedRequest): string {
  const { operator, quorums, registryCoordinator, socket } = operation
  const which = `--registry-coordinator ${registryCoordinator} --operator ${operator} --quorums ${quorums.join(',')}`
  return `airlock-hot build register ${which} --socket ${shellWord(socket)} --rpc-url URL -o request.json`
}

/** The command that signs, on the offline machine: with the keys that are still needed. */
export function signCommand({ operation }: UnsignedRequest, path: string): string {
  const bls = operation.pubkeyRegistration?.from === 'signer' ? ' --bls-keystore FILE' : ''
  return `airlock-cold sign ${shellWord(path)} -o response.json --ecdsa-keystore FILE${bls}`
}

/** A word as a shell takes it: as it is, or in single quotes. Controls, which a screen would obey, become question marks. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./~-]+$/.test(text)) return text
  return `'${text.replace(/[^\x20-\x7e]/g, '?').replaceAll("'", "'\\''")}'`
}
