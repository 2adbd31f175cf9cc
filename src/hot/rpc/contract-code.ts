// What the contracts of a request run, read from the nodes at the block of all other reads.
//
// One HTTP request to each node where the implementations are those that are expected (seen last, or of the catalogue): they
// are asked for on trust, together with the slots that name them. One more where they are others, two for a beacon.
import { getAddress, keccak256, type Hex } from 'viem'
import { BEACON_SLOT, IMPLEMENTATION_SLOT, minimalTarget, type ContractCode } from '../../shared/chain/code-print.ts'
import type { Address, Bytes32 } from '../../shared/base/fields.ts'
import { call, code, list, record, storage, type Read, type Reader } from './reader.ts'

/** The implementation that a contract had before, as far as somebody knows. */
export type Expected = (address: Address) => Address | undefined

/**
 * Reads the code of contracts.
 *
 * @param contracts as a request names them; one that is named twice is read once
 * @returns in the same order
 * @throws AirlockError those of reading
 */
export async function readCode(
  reader: Reader,
  contracts: readonly Address[],
  expected: Expected,
): Promise<readonly ContractCode[]> {
  const once = [...new Set(contracts)]
  // Read side by side, so that what is asked at one moment shares its HTTP request.
  const read = await Promise.all(once.map((address) => readOne(reader, address, expected(address))))
  const found = new Map(read.map((each) => [each.address, each]))
  return contracts.flatMap((address) => found.get(address) ?? [])
}

async function readOne(reader: Reader, address: Address, expected: Address | undefined): Promise<ContractCode> {
  const first = await reader.read(
    record({
      own: code(address),
      slot: storage(address, IMPLEMENTATION_SLOT),
      beacon: storage(address, BEACON_SLOT),
      behind: list(expected === undefined ? [] : [code(expected)]),
    }),
  )
  const codeHash = hashOf(first.own)
  const target = await targetOf(reader, first)
  if (target === null) return { address, codeHash, implementation: null }
  const [guessed] = first.behind
  const behind = target === expected && guessed !== undefined ? guessed : await reader.read(code(target))
  return { address, codeHash, implementation: { address: target, codeHash: hashOf(behind) } }
}

const hashOf = (bytes: Hex): Bytes32 => keccak256(bytes) as Bytes32

interface Slots {
  readonly own: Hex
  readonly slot: bigint
  readonly beacon: bigint
}

/** Where a contract passes calls on to; null where it is no proxy of those known. */
async function targetOf(reader: Reader, { own, slot, beacon }: Slots): Promise<Address | null> {
  const minimal = minimalTarget(own)
  const named = minimal === null ? inSlot(slot) : (getAddress(`0x${minimal}`) as Address)
  if (named !== null) return named
  const at = inSlot(beacon)
  return at === null ? null : reader.read(implementationOf(at))
}

const implementationOf = (beacon: Address): Read<Address> =>
  call<Address>('beacon', beacon, 'implementation() view returns (address)')

/** The address in a word of storage, its lower 20 bytes as Solidity reads it; null for zero. */
function inSlot(word: bigint): Address | null {
  const digits = (word & (2n ** 160n - 1n)).toString(16).padStart(40, '0')
  return /^0+$/.test(digits) ? null : (getAddress(`0x${digits}`) as Address)
}
