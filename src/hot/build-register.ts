// airlock-hot build register: from one root address to an unsigned request.
//
// Reads, compares, and refuses what would revert, all reasons at once; then judges its own request with the eyes of the
// offline side, so that nothing is carried across the gap that would be refused there.
import { randomBytes } from 'node:crypto'
import { bytesToHex } from 'viem'
import { clockNow } from '../local/clock.ts'
import { readDocument } from '../local/document-file.ts'
import { checkOutput, writeWhole } from '../local/files.ts'
import { reviewText } from '../local/screen.ts'
import { hang, print, printJson, Progress, say } from '../local/terminal.ts'
import type { Anchor } from '../shared/anchor.ts'
import { operatorId } from '../shared/bn254.ts'
import { derive } from '../shared/derive.ts'
import { refusal, refuseAll } from '../shared/errors.ts'
import type { Address, Bytes32, UnixSeconds } from '../shared/fields.ts'
import { judge, refusals } from '../shared/findings.ts'
import { registerGas, type RegisterOperation } from '../shared/operations/register.ts'
import type { PubkeyRegistrationParams } from '../shared/bls-registration.ts'
import { encodeRequest } from '../shared/request.ts'
import { decodeResponse } from '../shared/response.ts'
import { reviewSections } from '../shared/review.ts'
import { reviewJson } from '../shared/review-json.ts'
import { highestCost } from '../shared/transaction.ts'
import type { AvsDirectoryVersion } from '../shared/typed-data.ts'
import { DAY, duration, utc } from '../shared/units.ts'
import { anchorsFolder, anchorsFor, readAnchors } from './anchors.ts'
import type { Expiry } from './arguments.ts'
import { chosenAvs, type AvsOptions, type CoordinatorOn } from './avs-argument.ts'
import { crossCheck } from './cross-check.ts'
import { feeLadder } from './fees.ts'
import { readHead } from './head.ts'
import { journalFolder, JournalWriter } from './journal.ts'
import { hasBoundKey, isRegistered, preflight, remarks } from './preflight.ts'
import { readRegistrationState, type RegistrationState, type RegistrationWish } from './registration-state.ts'
import { Nodes, type NodeOptions } from './nodes.ts'
import { zxingReader } from './zxing.ts'

export interface BuildOptions extends AvsOptions, NodeOptions {
  readonly operator: Address
  readonly quorums: readonly number[]
  readonly socket: string
  readonly output: string
  readonly expiry?: Expiry
  readonly feeRungs: number
  readonly operatorId?: Bytes32
  readonly blsProof?: string
  readonly salt?: Bytes32
  readonly nonce?: number
  readonly gasLimit?: number
  readonly gasPrice?: bigint
  readonly priorityGasPrice?: bigint
  readonly anchors?: string
  readonly journal?: string
  readonly force?: boolean
  readonly verbose?: boolean
  readonly json?: boolean
}

const DOING = 'building the request'
/** Long enough for a courier, short enough for a signature that got lost. */
const DEFAULT_EXPIRY = 7 * DAY

/** Builds a request and writes it. */
export async function buildRegister(options: BuildOptions): Promise<void> {
  const coordinatorOn = chosenAvs(options)
  checkOutput(DOING, options.output, options.force === true)
  const proof = options.blsProof === undefined ? null : await readProof(options.blsProof)
  const anchors = anchorsFor(options.operator, readAnchors(anchorsFolder(options.anchors)))
  const nodes = new Nodes(options)
  const progress = new Progress()
  progress.update(`reading the chain from ${nodes.hosts}`)
  const { state, wish } = await readState(nodes, options, coordinatorOn, proof).finally(() => progress.end())
  const { block, behind } = state.head
  if (behind !== null) say(hang('Note: ', behind))
  if (options.verbose === true) say(`All reads at block ${block.number} ${block.hash}\n${nodes.summary}`)
  const version = crossCheck(state, wish)
  const { bytes, document } = makeRequest(state, wish, version, options, proof, anchors)
  const clock = clockNow()
  const findings = judge(document.request, clock)
  refuseAll(DOING, refusals(findings))
  writeWhole('writing the request', options.output, bytes, options.force === true)
  new JournalWriter(journalFolder(options.journal), bytes).note({ event: 'built' })
  const derived = derive(document)
  if (options.json === true) {
    printJson({
      output: options.output,
      httpRequests: nodes.requests,
      remarks: remarks(state, wish),
      ...reviewJson(derived, findings),
    })
    return
  }
  print(`${reviewText(reviewSections(derived, clock), findings, process.stdout)}\n`)
  for (const remark of remarks(state, wish)) print(hang('Remark: ', remark))
  print(`Request ${options.output}`)
  print(`  SHA-256  ${document.digest}`)
  print(`  words    ${document.words.join(' ')}`)
  print('Next: carry the file to the offline machine, compare the words, and there')
  print(`  airlock-cold sign ${options.output} -o response.json --ecdsa-keystore FILE --bls-keystore FILE`)
}

async function readState(
  nodes: Nodes,
  options: BuildOptions,
  coordinatorOn: CoordinatorOn,
  proof: PubkeyRegistrationParams | null,
): Promise<{ state: RegistrationState; wish: RegistrationWish }> {
  const head = await readHead(nodes, options.chain)
  const wish: RegistrationWish = {
    registryCoordinator: coordinatorOn(head.chainId),
    operator: options.operator,
    quorums: options.quorums,
    operatorId: options.operatorId ?? (proof && operatorId(proof.publicKeyG1)),
    salt: options.salt ?? (bytesToHex(randomBytes(32)) as Bytes32),
    expiry: expiryFor(options, head.block.timestamp),
  }
  return { state: await readRegistrationState(nodes, head, wish), wish }
}

/** Refused before anything is read: a time that has passed needs no node to tell. */
function expiryFor({ expiry }: BuildOptions, block: UnixSeconds): UnixSeconds {
  const until = expiry === undefined ? ((block + DEFAULT_EXPIRY) as UnixSeconds) : expiry(block)
  if (until > block) return until
  const seen = `the request would be expired: expiry is ${utc(until)}, the chain is at ${utc(block)}, ${duration(block - until)} later`
  throw refusal(DOING, 'expiry_past', seen, 'give a later --expiry, such as 7d')
}

function makeRequest(
  state: RegistrationState,
  wish: RegistrationWish,
  domainVersion: AvsDirectoryVersion,
  options: BuildOptions,
  proof: PubkeyRegistrationParams | null,
  anchors: readonly Anchor[],
): ReturnType<typeof encodeRequest> {
  const operation = makeOperation(state, wish, domainVersion, options.socket, proof)
  const { head, coordinator } = state
  const prices = {
    rungs: options.feeRungs,
    maxFeePerGas: options.gasPrice,
    maxPriorityFeePerGas: options.priorityGasPrice,
  }
  const transaction = {
    fees: feeLadder(head, prices),
    gasLimit: options.gasLimit ?? registerGas(operation).limit,
    nonce: options.nonce ?? Number(coordinator.nonce),
  }
  refuseAll(DOING, preflight(state, wish, highestCost(transaction)))
  return encodeRequest(DOING, {
    anchors,
    block: head.block,
    chainId: head.chainId,
    expiry: wish.expiry,
    operation,
    transaction,
  })
}

/** The operation, asking for those signatures only that the contracts will check. */
function makeOperation(
  state: RegistrationState,
  wish: RegistrationWish,
  domainVersion: AvsDirectoryVersion,
  socket: string,
  proof: PubkeyRegistrationParams | null,
): RegisterOperation {
  const asked = { avsDirectory: state.registries.avsDirectory, domainVersion, salt: wish.salt }
  const key =
    proof === null
      ? { from: 'signer' as const, operatorId: wish.operatorId }
      : { from: 'request' as const, params: proof }
  return {
    kind: 'register',
    operator: wish.operator,
    operatorSignature: isRegistered(state) ? null : asked,
    pubkeyRegistration: isRegistered(state) || hasBoundKey(state) ? null : key,
    // Any order and any number gets this far, so that all reasons are reported together; the encoder is strict.
    quorums: wish.quorums,
    registryCoordinator: wish.registryCoordinator,
    serviceManager: state.coordinator.serviceManager,
    socket,
  }
}

/** The BLS proof of a partial response, made on another offline machine. */
async function readProof(path: string): Promise<PubkeyRegistrationParams> {
  const doing = 'reading the BLS proof'
  const { pubkeyRegistrationParams } = decodeResponse(doing, await readDocument(doing, path, zxingReader))
  if (pubkeyRegistrationParams !== null) return pubkeyRegistrationParams
  const seen = 'the response holds no pubkeyRegistrationParams'
  throw refusal(
    doing,
    'signature_missing',
    seen,
    'sign the request on the machine with the BLS key: `airlock-cold sign --bls-keystore FILE`',
  )
}
