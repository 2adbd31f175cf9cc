// What the online machine remembers of contracts: the code of each that a request named, when it was built.
//
// A folder (~/.airlock/contracts) with a small document for each code that a contract had (kept.ts). `build` compares what it
// reads with what it read last, and with the implementations of the catalogue, and warns where they differ, with addresses
// and hashes: the offline machine gets to know of it by 16 digits alone (docs/request-format.md).
import * as z from 'zod'
import { hang, say } from '../../local/terminal.ts'
import { knownImplementation } from '../../shared/catalogue/address-book.ts'
import { codePrint, type ContractCode } from '../../shared/chain/code-print.ts'
import { checksum } from '../../shared/base/document.ts'
import { address, bytes32, integer, unixSeconds, type UnixSeconds } from '../../shared/base/fields.ts'
import { warning, when, type Finding } from '../../shared/base/finding.ts'
import { utc } from '../../shared/base/units.ts'
import { keep, keptFolder, readKept, type Keeping } from './kept.ts'

const HEADER = 'contract/1'

const seenContract = z
  .strictObject({
    address,
    airlock: z.literal(HEADER),
    /** Of the block that was read. */
    blockNumber: integer(0),
    chainId: integer(1),
    checksum,
    codeHash: bytes32,
    implementation: z.strictObject({ address, codeHash: bytes32 }).readonly().nullable(),
    /** When this machine built the request, by its clock. */
    seen: unixSeconds,
  })
  .readonly()

/** The code that a contract had when a request that names it was built. */
export type SeenContract = Omit<z.output<typeof seenContract>, 'airlock' | 'checksum'>

const keeping: Keeping<typeof seenContract> = {
  folder: 'contracts',
  header: HEADER,
  schema: seenContract,
  named: /^\d{1,16}-[0-9a-f]{40}-\d{10,16}-[0-9a-f]{16}\.json$/,
  fileName: (kept) => {
    const at = kept.address.slice(2).toLowerCase()
    return `${kept.chainId}-${at}-${String(kept.seen).padStart(10, '0')}-${codePrint([kept])}.json`
  },
  what: (kept) => `what ${kept.address} ran on chain ${kept.chainId} at block ${kept.blockNumber}`,
  reading: 'reading the contracts that this machine knows',
  writing: 'keeping what the contracts run',
  again: 'the next build writes it again',
}

/** Where they are, unless --contracts says otherwise; null where there is no home to keep them in. */
export const contractsFolder = (given: string | undefined): string | null => keptFolder(given, keeping)

/** What this machine knows of the contracts of one chain. */
export class SeenContracts {
  readonly #folder: string | null
  readonly #chainId: number
  readonly #last: ReadonlyMap<string, SeenContract>

  /**
   * @param folder null where there is no home
   * @throws AirlockError those of decoding a document, which name the file; file_unreadable
   */
  constructor(folder: string | null, chainId: number) {
    const known = readKept(folder, keeping)
      .filter((each) => each.chainId === chainId)
      .toSorted((a, b) => a.seen - b.seen || a.blockNumber - b.blockNumber)
    this.#folder = folder
    this.#chainId = chainId
    this.#last = new Map(known.map((each) => [each.address, each]))
  }

  /** The implementation that a contract had last, or that the catalogue has for it. */
  expected(of: ContractCode['address']): ContractCode['address'] | undefined {
    const last = this.#last.get(of)?.implementation?.address
    return last ?? knownImplementation(this.#chainId, of)?.implementation.address
  }

  /** Warnings where contracts run something else than before, or than the catalogue has. */
  judge(contracts: readonly ContractCode[]): readonly Finding[] {
    return distinct(contracts).flatMap((now) => [...this.#changed(now), ...unexpected(this.#chainId, now)])
  }

  #changed(now: ContractCode): readonly Finding[] {
    const before = this.#last.get(now.address)
    if (before === undefined || codePrint([before]) === codePrint([now])) return []
    const then = `as far as this machine knew, since ${utc(before.seen)}, it ${spelled(before, 'ran')}`
    const why = 'it was upgraded, or a node does not tell the truth; ask the AVS before you go on'
    return [warning('code_changed', `${now.address} ${spelled(now)}; ${then}: ${why}`)]
  }

  /** Keeps what contracts run, where it is new. Where that cannot be done, it says so and goes on. */
  keep(contracts: readonly ContractCode[], blockNumber: number, seen: UnixSeconds): void {
    for (const each of distinct(contracts)) {
      const before = this.#last.get(each.address)
      if (before !== undefined && codePrint([before]) === codePrint([each])) continue
      // Later than what was known before, also within one second and where the clock was set back: the last one counts.
      const after = before === undefined ? seen : (Math.max(seen, before.seen + 1) as UnixSeconds)
      const why = keep(this.#folder, keeping, { ...each, blockNumber, chainId: this.#chainId, seen: after })
      if (why === null) continue
      say(hang('warning: ', `what ${each.address} runs was not kept: ${why}. A change would not be noticed here`))
    }
  }
}

const distinct = (contracts: readonly ContractCode[]): readonly ContractCode[] =>
  contracts.filter(({ address: at }, index) => contracts.findIndex((other) => other.address === at) === index)

/** What a contract runs, within a sentence. */
function spelled({ codeHash, implementation }: Omit<ContractCode, 'address'>, verb = 'runs'): string {
  if (implementation === null) return `${verb} code with keccak256 ${codeHash}, by itself`
  const behind = `${implementation.address} with keccak256 ${implementation.codeHash}`
  return `${verb} the code of ${behind}, behind a proxy with keccak256 ${codeHash}`
}

/** A known contract with another implementation than its source had. */
function unexpected(chainId: number, { address: at, implementation }: ContractCode): readonly Finding[] {
  const known = knownImplementation(chainId, at)
  if (known === undefined) return []
  const { address: pinned, since } = known.implementation
  return when(implementation?.address !== pinned, () => {
    const seen = `${known.project} ${known.contract} ${at} runs the code of ${implementation?.address ?? 'itself'}`
    const dated = since === null ? '' : ` (since ${since})`
    const then = `${seen}, the catalogue has ${pinned}${dated}`
    return warning('implementation_unexpected', `${then}: it was upgraded since, or a node does not tell the truth`)
  })
}
