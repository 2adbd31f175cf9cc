// airlock-hot wallet ask and answer: a wallet that reads QR codes signs a part of a response (EIP-4527).
//
// ask shows what is to be signed, never a bare hash; answer reads the signature back, proves it against the request, and
// writes a partial response, or the whole one. Nothing is kept between the two: the same request, responses and part give the
// same question (wallet-question.ts). The wallet's ledger is none: what it signs is recorded nowhere.
import { coldCommand, hotCommand, hotLine } from '../../shared/base/commands.ts'
import { bytesToHex } from 'viem'
import { clockNow } from '../../local/clock.ts'
import { checkOutput } from '../../local/files.ts'
import { findingsText } from '../../local/screen.ts'
import { codePictures, viewMade, writeOutputs, type CodeOptions, type Output } from '../../local/show-codes.ts'
import { print, printJson, say } from '../../local/terminal.ts'
import { resourceCodes, type CodeMaker, type ShownCodes } from '../../shared/qr/document-codes.ts'
import { nothingMade } from '../../shared/request/derive.ts'
import { refusal, refuseAll } from '../../shared/base/errors.ts'
import type { EcdsaSignature } from '../../shared/base/fields.ts'
import { judge, refusals } from '../../shared/request/findings.ts'
import { mergeResponses, type MergedResponse, type NamedResponse } from '../../shared/request/merge-responses.ts'
import type { RequestDocument } from '../../shared/request/request.ts'
import { ECC } from '../../shared/qr/qr-code.ts'
import { gwei, grouped } from '../../shared/base/units.ts'
import { decodeAnswer, readSignature } from '../../shared/wallet/wallet-answer.ts'
import {
  awaitedParts,
  encodeQuestion,
  QUESTION_TYPE,
  walletQuestions,
  type PathStep,
  type SignedParts,
  type WalletKey,
  type WalletPart,
  type WalletQuestion,
} from '../../shared/wallet/wallet-question.ts'
import { mergedOf, readParts, readRequest, writeResponse, type MergeOptions } from './merge-command.ts'
import { nextSteps, printNext, printResponse, responseJson } from '../send/tell-response.ts'
import { scanAnswers } from './wallet-scan.ts'

interface PartOption {
  readonly part: WalletPart
}

export interface AskOptions extends PartOption, CodeOptions {
  readonly rung: number
  readonly path: readonly PathStep[]
  readonly fingerprint: string
}

export interface AnswerOptions extends PartOption, MergeOptions {
  /** Standard input where it is left out. */
  readonly scan?: readonly string[]
}

const ASKING = 'asking the wallet'
const ANSWERING = "reading the wallet's answer"

/** A request with what is signed of it already, and what a wallet can sign of it now. */
interface Ceremony {
  readonly document: RequestDocument
  readonly parts: readonly NamedResponse[]
  readonly questions: readonly WalletQuestion[]
}

/** Reads and checks everything, and finds the questions of a part. */
async function prepare(
  doing: string,
  requestPath: string,
  paths: readonly string[],
  { part }: PartOption,
): Promise<Ceremony> {
  const document = await readRequest(requestPath)
  const parts = await readParts(document, paths)
  const made = signedSoFar(doing, parts)
  const questions = walletQuestions(document, made).filter((question) => question.part === part)
  if (questions.length === 0) throw notAskable(doing, document, made, part, requestPath)
  return { document, parts, questions }
}

function signedSoFar(doing: string, [first, ...rest]: readonly NamedResponse[]): SignedParts {
  if (first === undefined) return nothingMade
  const { merged, problems } = mergeResponses([first, ...rest])
  refuseAll(doing, problems)
  return merged
}

/** Why nothing can be asked: the request does not want it, or what it carries is not signed yet. */
function notAskable(
  doing: string,
  document: RequestDocument,
  made: SignedParts,
  part: WalletPart,
  path: string,
): Error {
  if (part === 'operatorSignature') {
    const hint = `ask for the transaction: ${hotCommand('wallet ask', { REQUEST: path, '--part': 'transactions' })}`
    return refusal(doing, 'signature_unasked', 'the request does not ask for operatorSignature', hint)
  }
  const awaited = awaitedParts(document, made)
  const seen = `the calldata of the transaction carries ${awaited.join(' and ')}, which is not there yet`
  const hint = awaited.includes('operatorSignature')
    ? `first ${hotCommand('wallet ask', { REQUEST: path, '--part': 'operatorSignature' })}; give its response after the request, before the options`
    : `first, offline, ${coldCommand('sign', { REQUEST: path, '-o': 'bls.json', '--bls-keystore': 'FILE' })}; give bls.json after the request, before the options`
  return refusal(doing, 'response_incomplete', seen, hint)
}

/** Shows what a wallet is to sign, as codes. A request that the offline program would refuse goes to no wallet either. */
export async function ask(requestPath: string, paths: readonly string[], options: AskOptions): Promise<void> {
  const { document, questions } = await prepare(ASKING, requestPath, paths, options)
  const findings = judge(document.request, clockNow())
  refuseAll(ASKING, refusals(findings))
  if (findings.length > 0) say(findingsText(findings, process.stderr))
  const question = questions[options.rung - 1]
  if (question === undefined) {
    const seen = `--rung ${options.rung} was given, the request has ${questions.length}`
    throw refusal(ASKING, 'usage', seen, 'give a --rung that the request has')
  }
  const cbor = encodeQuestion(question, options)
  const make: CodeMaker = (densest) => resourceCodes('wallet question', QUESTION_TYPE, cbor, densest)
  const codes = make(options.density)
  const files = codePictures(codes, `${QUESTION_TYPE}-${uuidText(question).slice(0, 8)}`, options)
  writeOutputs(files, options)
  if (options.json === true) {
    printJson(questionJson(question, options, codes, files))
    return
  }
  if (files.length === 0) await viewMade(make, options)
  for (const line of questionLines(question, questions.length, options)) print(line)
  for (const { path } of files) print(`  written      ${path}`)
  print('Compare that with the wallet, and read there what it says it signs.')
  print('Next, with the codes of its answer:')
  const given = { REQUEST: requestPath, RESPONSES: paths, '--part': question.part, '-o': 'response.json' }
  print(`  ${hotLine('wallet answer', { ...given, '--scan': 'PICTURE' })}`)
}

/** 8-4-4-4-12 hex digits. */
function uuidText({ requestId }: Pick<WalletQuestion, 'requestId'>): string {
  return bytesToHex(requestId)
    .slice(2)
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

const pathText = (path: readonly PathStep[]): string =>
  ['m', ...path.map(({ index, isHardened }) => `${index}${isHardened ? "'" : ''}`)].join('/')

/** What to compare with the wallet's screen, line by line. */
export function questionLines(
  question: WalletQuestion,
  rungs: number,
  { fingerprint, path }: WalletKey,
): readonly string[] {
  const { content, digest, signer, part, rung } = question
  const what = 'primaryType' in content ? content.primaryType : `transaction, fee rung ${rung ?? 1} of ${rungs}`
  return [
    `The wallet is asked for ${part}: ${what}`,
    `  request id   ${uuidText(question)}`,
    `  signer       ${signer}`,
    `  key          ${pathText(path)} of ${fingerprint}`,
    ...contentLines(question),
    `  digest       ${digest}`,
  ]
}

function contentLines({ content }: WalletQuestion): readonly string[] {
  return 'domainHash' in content
    ? [`  domain hash  ${content.domainHash}`, `  message hash ${content.messageHash}`]
    : [
        `  to           ${content.to}`,
        `  nonce, gas   ${content.nonce}, at most ${grouped(content.gas)}`,
        `  fee cap, tip ${gwei(content.maxFeePerGas)}, ${gwei(content.maxPriorityFeePerGas)} a gas`,
        `  calldata     ${content.data.slice(0, 10)}..., ${grouped(content.data.length / 2 - 1)} bytes`,
      ]
}

function questionJson(
  question: WalletQuestion,
  { fingerprint, path }: AskOptions,
  codes: ShownCodes,
  files: readonly Output[],
): object {
  const { chainId, dataType, digest, signer, part, rung, signData } = question
  return {
    ...{ part, rung, requestId: uuidText(question), dataType, chainId, signer, digest },
    ...{ path: pathText(path), fingerprint, signData: bytesToHex(signData) },
    ...{ parts: codes.count, version: codes.version, ecc: ECC },
    codes: Array.from({ length: codes.count }, (_, index) => codes.text(index + 1)),
    written: files.map((file) => file.path),
  }
}

/** Reads what a wallet signed, and writes a response with it and with the parts that were there. */
export async function answer(requestPath: string, paths: readonly string[], options: AnswerOptions): Promise<void> {
  checkOutput(ANSWERING, options.output, options.force === true)
  const { document, parts, questions } = await prepare(ANSWERING, requestPath, paths, options)
  const signatures = await scanSignatures(questions, options.scan ?? ['-'])
  const made = { name: "the wallet's answer", response: responseOf(document, options.part, signatures) }
  const hint = "choose the operator's account in the wallet: check --path and --fingerprint, and ask it again"
  const checked = await mergedOf(ANSWERING, document, [made, ...parts], hint)
  writeResponse(checked.response, options)
  if (options.json === true) {
    const next = nextSteps(checked, requestPath, options.output).map(({ type }) => type)
    printJson({ output: options.output, ...responseJson(checked), next })
    return
  }
  print(`${options.output}: ${options.part} by the wallet, checked, and all that is there with it.`)
  printResponse(checked)
  printNext(checked, requestPath, options.output)
}

/** The signatures of all questions, in their order: each answer says by its request id which one it is of. */
async function scanSignatures(
  questions: readonly WalletQuestion[],
  paths: readonly string[],
): Promise<readonly EcdsaSignature[]> {
  const found = new Map<WalletQuestion, EcdsaSignature>()
  const missing = (): readonly WalletQuestion[] => questions.filter((question) => !found.has(question))
  await scanAnswers(
    ANSWERING,
    paths,
    (cbor) => {
      const [question, signature] = readAnswer(questions, cbor)
      found.set(question, signature)
      return missing().length === 0
    },
    () => missing().map(wantedText).join(' and '),
  )
  return questions.flatMap((question) => found.get(question) ?? [])
}

const wantedText = ({ part, rung }: WalletQuestion): string =>
  rung === null ? `the signature of ${part}` : `the signature of fee rung ${rung}`

/**
 * Reads one answer and finds its question.
 *
 * @throws AirlockError wallet_answer_invalid, wallet_answer_for_other, signature_malformed
 */
function readAnswer(questions: readonly WalletQuestion[], cbor: Uint8Array): readonly [WalletQuestion, EcdsaSignature] {
  const again = `show the question again with ${hotCommand('wallet ask')}, and let the wallet sign it again`
  const read = decodeAnswer(cbor)
  if (read === null) {
    throw refusal(ANSWERING, 'wallet_answer_invalid', 'the code is no eth-signature as EIP-4527 describes it', again)
  }
  const { requestId } = read
  const question = requestId && questions.find((each) => bytesToHex(each.requestId) === bytesToHex(requestId))
  if (question === null || question === undefined) throw foreign(requestId, questions)
  const signature = readSignature(read.signature, question.chainId)
  if ('signature' in signature) return [question, signature.signature]
  const seen = `the wallet's signature is none that the contracts accept: ${signature.fault}`
  throw refusal(ANSWERING, 'signature_malformed', seen, again)
}

function foreign(requestId: Uint8Array | null, questions: readonly WalletQuestion[]): Error {
  const id = requestId === null ? 'no request id' : `the request id ${uuidText({ requestId })}`
  const expected = questions.map(uuidText).join(' or ')
  const hint = 'give the same request, responses and --part as `wallet ask` had, or ask the wallet again'
  return refusal(ANSWERING, 'wallet_answer_for_other', `the answer has ${id}, expected ${expected}`, hint)
}

const responseOf = (
  { digest }: RequestDocument,
  part: WalletPart,
  signatures: readonly EcdsaSignature[],
): MergedResponse => ({
  anchors: [],
  requestDigest: digest,
  keySignature: null,
  operatorSignature: part === 'operatorSignature' ? (signatures[0] ?? null) : null,
  pubkeyRegistrationParams: null,
  transactions: part === 'transactions' ? signatures : null,
})
