// A wallet as its vendor builds it: @keystonehq/bc-ur-registry-eth 0.22.1 reads the question and writes the answer, ethers signs.
//
// As a Keystone does, it looks at the data type and signs what that says: typed data from the JSON that it was given, a
// transaction from its bytes. For codes of our own making only: hostile input can end the process of that library.
import { createRequire } from 'node:module'
import { SigningKey, Transaction, TypedDataEncoder, type TypedDataDomain, type TypedDataField } from 'ethers'

/** An eth-sign-request, as the library reads it. */
export interface Question {
  getRequestId(): Buffer | undefined
  getSignData(): Buffer
  getDataType(): number
  getChainId(): number | undefined
  getDerivationPath(): string
  getSourceFingerprint(): Buffer
  getSignRequestAddress(): Buffer | undefined
  getOrigin(): string | undefined
  toCBOR(): Buffer
}

interface Encoder {
  nextPart(): string
}

/** An eth-signature, as the library writes it. */
export interface Answer {
  toCBOR(): Buffer
  toUREncoder(longest: number, first?: number, least?: number): Encoder
}

interface Decoder {
  receivePart(text: string): boolean
  isComplete(): boolean
  isSuccess(): boolean
  resultUR(): { readonly type: string; readonly cbor: Buffer }
}

interface Library {
  readonly EthSignRequest: {
    fromCBOR(cbor: Buffer): Question
    constructETHRequest(
      signData: Buffer,
      dataType: number,
      path: string,
      fingerprint: string,
      uuid: string,
      chainId: number,
      address: string,
      origin: string,
    ): Question
  }
  readonly ETHSignature: new (signature: Buffer, requestId?: Buffer, origin?: string) => Answer
  readonly URRegistryDecoder: new () => Decoder
}

// CommonJS, and its types name what its packages do not bring.
const library = createRequire(import.meta.url)('@keystonehq/bc-ur-registry-eth') as Library
export const { EthSignRequest, ETHSignature } = library

/** The question that a wallet reads from codes, shown in this order until it has enough of them. */
export function readQuestion(codes: readonly string[]): Question {
  const decoder = new library.URRegistryDecoder()
  for (const code of codes) if (!decoder.isComplete()) decoder.receivePart(code)
  if (!decoder.isSuccess()) throw new Error(`the wallet did not read ${codes.length} codes`)
  const { cbor, type } = decoder.resultUR()
  if (type !== 'eth-sign-request') throw new Error(`the wallet does not know ${type}`)
  return EthSignRequest.fromCBOR(cbor)
}

interface TypedJson {
  readonly domain: TypedDataDomain
  readonly types: Record<string, TypedDataField[]>
  readonly primaryType: string
  readonly message: Record<string, unknown>
}

/** What the wallet hashes: the JSON of eth_signTypedData_v4, or an unsigned transaction of EIP-2718. */
export function digestOfQuestion(question: Question): string {
  const data = question.getSignData()
  if (question.getDataType() === 4) return Transaction.from(`0x${data.toString('hex')}`).unsignedHash
  if (question.getDataType() !== 2) throw new Error(`the wallet does not know data type ${question.getDataType()}`)
  const { domain, message, primaryType, types } = JSON.parse(data.toString('utf8')) as TypedJson
  // ethers derives the type of the domain itself; it must be the one that the JSON gives.
  const { EIP712Domain, ...others } = types
  const payload = TypedDataEncoder.getPayload(domain, others, message) as TypedJson
  if (JSON.stringify(payload.types['EIP712Domain']) !== JSON.stringify(EIP712Domain)) throw new Error('another domain')
  if (payload.primaryType !== primaryType) throw new Error('another primary type')
  return TypedDataEncoder.hash(domain, others, message)
}

/** The signature of a question: r, s and v, v as the data type has it in this wallet (0 or 1 for transactions). */
export function signQuestion(question: Question, secret: string): Buffer {
  const { r, s, v, yParity } = new SigningKey(secret).sign(digestOfQuestion(question))
  const last = question.getDataType() === 4 ? yParity : v
  return Buffer.concat([Buffer.from(r.slice(2), 'hex'), Buffer.from(s.slice(2), 'hex'), Buffer.from([last])])
}

/** The codes of an answer, as many as there are parts. */
export function answerCodes(answer: Answer, longest = 400): readonly string[] {
  const encoder = answer.toUREncoder(longest, 0, Math.min(longest, 10))
  const first = encoder.nextPart()
  const count = Number(/\/\d+-(\d+)\//.exec(first)?.[1] ?? 1)
  return [first, ...Array.from({ length: count - 1 }, () => encoder.nextPart())]
}

/** All that a wallet does: reads the codes, signs, and shows its own. */
export function askWallet(codes: readonly string[], secret: string, longest?: number): readonly string[] {
  const question = readQuestion(codes)
  return answerCodes(new ETHSignature(signQuestion(question, secret), question.getRequestId(), 'Keystone'), longest)
}
