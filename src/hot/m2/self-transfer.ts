// airlock-hot build self-transfer: a nonce used up. The chain has nothing against it but the sender's account, which every build looks at.
import type { SelfTransferOperation } from '../../shared/operations/self-transfer.ts'
import { build, type BuildOptions } from '../build/build.ts'
import type { HotOperation } from '../build/outcome.ts'
import { quantity } from '../rpc/reader.ts'

/** Builds a transfer of nothing and writes it. */
export const buildSelfTransfer = (options: BuildOptions): Promise<void> =>
  build(options, () =>
    Promise.resolve({
      operation: { kind: 'self-transfer', operator: options.operator },
      problems: [],
      remarks: [],
    }),
  )

/** The online side of a transfer of nothing. */
export const selfTransferOnChain: HotOperation<SelfTransferOperation> = {
  problems: () => Promise.resolve([]),
  outcome: async (reader, { operator }) => {
    const nonce = await reader.read(quantity('eth_getTransactionCount', operator))
    return {
      facts: [
        { name: 'operator', value: operator },
        { name: 'next nonce', value: String(nonce) },
      ],
      json: { nextNonce: Number(nonce) },
      refused: null,
    }
  },
}
