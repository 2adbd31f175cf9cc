// airlock-hot build cancel-salt, its preflight, and the state after.
//
// Follows cancelSalt of AVSDirectory.sol: M2's reverts for a salt that is spent, later ones do nothing then. Either way nothing is
// left to do, so a spent salt is refused here for both.
import { addressOf } from '../../shared/catalogue/address-book.ts'
import { refusal, type Problem } from '../../shared/base/errors.ts'
import type { Address, Bytes32 } from '../../shared/base/fields.ts'
import type { CancelSaltOperation } from '../../shared/operations/cancel-salt.ts'
import { matchAvsDirectoryVersion } from '../../shared/chain/typed-data.ts'
import { networkName } from '../build/avs-argument.ts'
import { build, type BuildOptions } from '../build/build.ts'
import type { ChainHead } from '../rpc/head.ts'
import { notDone, type HotOperation } from '../build/outcome.ts'
import { call, contractCode, record, type Reader } from '../rpc/reader.ts'

export interface CancelSaltOptions extends BuildOptions {
  readonly avsDirectory?: Address
  readonly salt: Bytes32
}

/** Builds the cancelling of a salt and writes it. */
export async function buildCancelSalt(options: CancelSaltOptions): Promise<void> {
  await build(options, async ({ head, reader }) => {
    const { operator, salt } = options
    const fields = { avsDirectory: directoryOn(head.chainId, options), operator, salt }
    return {
      operation: { kind: 'cancel-salt', ...fields },
      problems: problems(await readSalt(reader, fields), head, fields),
      remarks: [],
    }
  })
}

/** EigenLayer's AVSDirectory on a chain that the catalogue knows, or the one given. */
function directoryOn(chainId: number, { avsDirectory }: CancelSaltOptions): Address {
  const known = avsDirectory ?? addressOf(chainId, 'EigenLayer', 'AVSDirectory')
  if (known !== undefined) return known
  const seen = `the catalogue has no AVSDirectory on ${networkName(chainId)}`
  throw refusal('choosing the AVSDirectory', 'usage', seen, 'give --avs-directory, as EigenLayer publishes it')
}

type Fields = Omit<CancelSaltOperation, 'kind'>
interface SaltState {
  readonly spent: boolean
  readonly domainSeparator: Bytes32
}

const readSalt = (reader: Reader, { avsDirectory, operator, salt }: Fields): Promise<SaltState> => {
  const spent = 'operatorSaltIsSpent(address,bytes32) view returns (bool)'
  const of = 'AVSDirectory'
  return reader.read(
    record({
      code: contractCode(of, avsDirectory),
      domainSeparator: call<Bytes32>(of, avsDirectory, 'domainSeparator() view returns (bytes32)'),
      spent: call<boolean>(of, avsDirectory, spent, operator, salt),
    }),
  )
}

/** Why the call would revert, or do nothing. */
function problems(
  { spent, domainSeparator }: SaltState,
  { chainId }: ChainHead,
  { avsDirectory, operator, salt }: Fields,
): readonly Problem[] {
  const found: Problem[] = []
  if (matchAvsDirectoryVersion(chainId, avsDirectory, domainSeparator) === undefined) {
    const message = `${avsDirectory} has domain separator ${domainSeparator} on chain ${chainId}, which no AVSDirectory has`
    const hint = 'check --avs-directory, and give an --rpc-url that you trust'
    found.push({ code: 'domain_unknown', message, hint })
  }
  if (spent) {
    const message = `the salt ${salt} of ${operator} is spent already: by a registration, or cancelled before`
    const hint = 'nothing is to be done: no signature with this salt can be used any more'
    found.push({ code: 'salt_spent', message, hint })
  }
  return found
}

/** The online side of a cancelled salt. */
export const cancelSaltOnChain: HotOperation<CancelSaltOperation> = {
  problems: async ({ reader, head }, fields) => problems(await readSalt(reader, fields), head, fields),
  outcome: async (reader, fields) => {
    const { spent } = await readSalt(reader, fields)
    return {
      facts: [
        { name: 'operator', value: fields.operator },
        { name: 'salt', value: fields.salt },
        { name: 'AVSDirectory', value: spent ? 'has it as spent' : 'has it as unspent' },
      ],
      json: { salt: fields.salt, spent },
      refused: spent ? null : notDone(`the salt ${fields.salt} is not spent`),
    }
  },
}
