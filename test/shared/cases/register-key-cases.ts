// Transactions of KeyRegistrar.registerKey, made without the code under test. A BLS key, its digest and its proof are what the real
// KeyRegistrar computed and took (vectors/known-answers/key-registrar-bn254.json); an ECDSA key signs by ethers, whose digest of a
// real answer is held against that answer in register-key.test.ts. ABI and transactions are ethers'.
import { Interface, sha256, Transaction, TypedDataEncoder, Wallet } from 'ethers'
import bn254Answers from '../../../vectors/known-answers/key-registrar-bn254.json' with { type: 'json' }
import ecdsaAnswers from '../../../vectors/known-answers/key-registrar-ecdsa.json' with { type: 'json' }

type Fields = Readonly<Record<string, string | number | readonly string[]>>

interface Set {
  readonly chainId: string
  readonly keyRegistrar: string
  readonly operator: string
  readonly avs: string
  readonly operatorSetId: number
}

const abi = new Interface(['function registerKey(address,(address,uint32),bytes,bytes)'])
const walletOf = (seed: string): Wallet => new Wallet(sha256(Buffer.from(`registerKey: ${seed}`)))

/** The digest of an ECDSA key, by ethers. */
export function ecdsaDigest({ chainId, keyRegistrar, operator, avs, operatorSetId }: Set, keyAddress: string): string {
  const domain = { name: 'EigenLayer', version: '1', chainId: BigInt(chainId), verifyingContract: keyRegistrar }
  const fields = [
    ...[
      { name: 'operator', type: 'address' },
      { name: 'avs', type: 'address' },
    ],
    ...[
      { name: 'operatorSetId', type: 'uint32' },
      { name: 'keyAddress', type: 'address' },
    ],
  ]
  const message = { operator, avs, operatorSetId, keyAddress }
  return TypedDataEncoder.hash(domain, { ECDSAKeyRegistration: fields }, message)
}

/** The call of a sender, and its transaction. */
function sent(set: Set, keyData: string, signature: string, sender: Wallet, nonce: number): Fields {
  const { chainId, keyRegistrar, operator, avs, operatorSetId } = set
  const data = abi.encodeFunctionData('registerKey', [operator, [avs, operatorSetId], keyData, signature])
  const fees = { maxFeePerGas: 2_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n }
  const unsigned = { type: 2, chainId: BigInt(chainId), nonce, gasLimit: 700_000n, to: keyRegistrar, data, ...fees }
  const transaction = Transaction.from(unsigned)
  transaction.signature = sender.signingKey.sign(transaction.unsignedHash)
  return { from: sender.address, to: keyRegistrar, calldata: data, rawTransaction: transaction.serialized }
}

const setOf = ({ chainId, keyRegistrar, operator, avs, operatorSetId }: Set): Set => ({
  ...{ chainId, keyRegistrar, operator, avs, operatorSetId },
})
const kind = { kind: 'registration-transaction', call: 'registerKey' } as const

/** A BLS key that the real KeyRegistrar took; nobody here has its operator's key, so that an appointee sends it. */
function bn254Cases(): Fields[] {
  const answers = bn254Answers.cases.filter(({ signature }) => signature !== undefined).slice(0, 4)
  return answers.map((answer, index) => {
    const { secretKey, keyData, digest, point = [], signature = '' } = answer
    const sender = walletOf(`appointee ${index}`)
    const secrets = index === 3 ? {} : { fromPrivateKey: sender.privateKey, secretKey }
    const note = `BN254, sent by an appointee${index === 3 ? ', without the secrets' : ''}`
    const set = setOf(answer)
    const made = sent(set, keyData, signature, sender, index)
    return { ...kind, note, ...set, ...secrets, keyData, digest, point, signature, ...made }
  })
}

/** An ECDSA key for a set of a real answer, sent by its operator. */
function ecdsaCases(): Fields[] {
  return ecdsaAnswers.cases.slice(0, 4).map((answer, index) => {
    const [sender, key] = [walletOf(`operator ${index}`), walletOf(`key ${index}`)]
    const set = setOf({ ...answer, operator: sender.address })
    const digest = ecdsaDigest(set, key.address)
    const signature = key.signingKey.sign(digest).serialized
    const secrets = index === 3 ? {} : { operatorPrivateKey: sender.privateKey, keyPrivateKey: key.privateKey }
    const note = `ECDSA, sent by the operator${index === 3 ? ', without the secrets' : ''}`
    const keyData = key.address.toLowerCase()
    const made = sent(set, keyData, signature, sender, index)
    return { ...kind, note, ...set, ...secrets, keyAddress: key.address, keyData, digest, signature, ...made }
  })
}

export const registerKeyCases: readonly Fields[] = [...bn254Cases(), ...ecdsaCases()]

/** The file, as it stands in vectors/known-answers. */
export const registerKeyVectors = `${JSON.stringify(
  {
    airlock: 'vectors/1',
    source:
      'BLS keys, digests and proofs as the real KeyRegistrar computed and took them (key-registrar-bn254.json); ECDSA digests and signatures, calldata and transactions by ethers 6.17.0; private keys are test keys made from a seed',
    cases: registerKeyCases,
  },
  null,
  1,
)}\n`
