// Valid requests for keys: of operator sets, from answers of the real contracts; of AVSs that keep ECDSA keys, from the catalogue's
// published addresses. Plain documents, made without the code under test.
import bn254Answers from '../../vectors/known-answers/key-registrar-bn254.json' with { type: 'json' }
import ecdsaAnswers from '../../vectors/known-answers/key-registrar-ecdsa.json' with { type: 'json' }
import { plainBase, type Document } from './plain-request.ts'

/** The accepted registration of a BLS key: fields of the answer, in the order of its keyData. */
export const bn254Answer = bn254Answers.cases.find((one) => one.signature !== undefined) ?? bn254Answers.cases[0]
export const ecdsaAnswer = ecdsaAnswers.cases[0]

const pieces = (hex: string): string[] => (hex.slice(2).match(/.{64}/g) ?? []).map((piece) => `0x${piece}`)
const [x = '', y = '', x1 = '', x0 = '', y1 = '', y0 = ''] = pieces(bn254Answer?.keyData ?? '')

/** The proof that the real contract took. */
export const bn254Signature: string[] = pieces(bn254Answer?.signature ?? '')

const set = (answer: typeof bn254Answer | typeof ecdsaAnswer): Document => ({
  operator: answer?.operator ?? '',
  avs: answer?.avs ?? '',
  keyRegistrar: answer?.keyRegistrar ?? '',
  operatorSet: answer?.operatorSetId ?? 0,
})

const bn254 = {
  kind: 'register-key-bn254',
  ...set(bn254Answer),
  publicKeyG1: [x, y],
  publicKeyG2: [
    [x1, x0],
    [y1, y0],
  ],
  signature: null,
}
const ecdsa = { kind: 'register-key-ecdsa', ...set(ecdsaAnswer), keyAddress: ecdsaAnswer?.keyAddress ?? '' }

/** Hyperlane on mainnet, as vectors/known-answers/public-deployments.json and the catalogue have it. */
const hyperlane = {
  operator: '0xcf899D0e63322F51585ebbDeE6E4535ab428c803',
  serviceManager: '0xe8E59c6C8B56F2c178f63BCFC4ce5e5e2359c8fc',
  stakeRegistry: '0x272CF0BB70D3B4f79414E0823B426d2EaFd48910',
}
const signingKey = '0xE1b1791c9CDa2b39D8add4601bE49586ab5c9f27'
const operatorSignature = {
  avsDirectory: '0x135DDa560e946695d6f155dACaFC6f1F25C1F5AF',
  domainVersion: '1',
  salt: `0x${'5a17'.repeat(16)}`,
  signer: null,
}
const appointee = '0xA77059cc294c8E746ae2F03D4fA34A67ed43B002'

const answered = 'digest and key of a contract that ran: vectors/known-answers/key-registrar'
const published = 'published addresses: vectors/known-answers/public-deployments.json'

const BN254 = { gasLimit: 710_000 }

/** Valid requests by name, each with its outside source. */
export const keysRequests = {
  register_key_bn254: plainBase(bn254, BN254, `${answered}-bn254.json`),
  register_key_bn254_carried: plainBase(
    { ...bn254, signature: bn254Signature },
    BN254,
    `${answered}-bn254.json, with the signature that it took`,
  ),
  register_key_bn254_appointee: plainBase(
    bn254,
    { ...BN254, from: appointee },
    `${answered}-bn254.json; an appointee sends it`,
  ),
  register_key_ecdsa: plainBase(ecdsa, { gasLimit: 240_000 }, `${answered}-ecdsa.json`),
  deregister_key: plainBase(
    { kind: 'deregister-key', ...set(bn254Answer) },
    { gasLimit: 200_000 },
    `${answered}-bn254.json`,
  ),
  register_with_stake_registry: plainBase(
    { kind: 'register-with-stake-registry', ...hyperlane, operatorSignature, signingKey },
    { chainId: 1, gasLimit: 750_000 },
    published,
  ),
  update_signing_key: plainBase(
    { kind: 'update-signing-key', ...hyperlane, signingKey },
    { chainId: 1, gasLimit: 160_000 },
    published,
  ),
  deregister_from_stake_registry: plainBase(
    { kind: 'deregister-from-stake-registry', ...hyperlane },
    { chainId: 1, gasLimit: 240_000 },
    published,
  ),
} as const
export type KeysRequestName = keyof typeof keysRequests

/** What each is. */
export const keysRequestComments: Readonly<Record<KeysRequestName, string>> = {
  register_key_bn254: 'a BLS key for an operator set, its proof asked for',
  register_key_bn254_carried: 'the same, with a proof that was made before',
  register_key_bn254_appointee: 'the same, sent by an appointee of the operator',
  register_key_ecdsa: 'an ECDSA key for an operator set',
  deregister_key: 'a key taken out of an operator set',
  register_with_stake_registry: 'Hyperlane on mainnet, all contracts known to the catalogue',
  update_signing_key: 'another signing key with Hyperlane',
  deregister_from_stake_registry: 'out of Hyperlane',
}
