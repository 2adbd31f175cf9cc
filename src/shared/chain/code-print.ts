// What the contracts of a request run, as 16 digits: the field `code` of a request (docs/request-format.md).
//
// Behind each address is its own code, and for a proxy the code that it passes calls on to: the owner of a proxy may exchange
// that one between two ceremonies. The print covers both, so that a machine without a network can tell that something
// changed. It cannot tell what, and it is only as true as the nodes that were asked: it warns, and nothing is signed over it.
//
// Proxies are found as EIP-1967 has them (the slot of the implementation, then that of a beacon; EigenLayer's own are
// TransparentUpgradeableProxy of OpenZeppelin 4, which is the first), and minimal ones as EIP-1167 has them. Not followed:
// other proxies, an implementation that is a proxy itself, libraries, and contracts that those of the request call.
import type { Address, Bytes32 } from '../base/fields.ts'
import { documentDigest } from '../base/document.ts'

/** What is at an address: keccak256 of its code (of nothing, where there is none), and of what it passes calls on to. */
export interface ContractCode {
  readonly address: Address
  readonly codeHash: Bytes32
  readonly implementation: { readonly address: Address; readonly codeHash: Bytes32 } | null
}

/** keccak256('eip1967.proxy.implementation') - 1. */
export const IMPLEMENTATION_SLOT = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc'
/** keccak256('eip1967.proxy.beacon') - 1. */
export const BEACON_SLOT = '0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50'

const MINIMAL = /^0x363d3d373d3d3d363d73([0-9a-f]{40})5af43d82803e903d91602b57fd5bf3$/i

/** The 40 digits of the address that a minimal proxy of EIP-1167 passes calls on to; null for any other code. */
export const minimalTarget = (code: string): string | null => MINIMAL.exec(code)?.[1] ?? null

/**
 * The text that is hashed: a line for each contract, of its address, the keccak256 of its code, its implementation, and the
 * keccak256 of that one's code, with a space between them; "none none" for a contract that is no proxy.
 */
export const codeText = (contracts: readonly ContractCode[]): string =>
  contracts
    .map(({ address, codeHash, implementation }) => {
      const behind = implementation === null ? 'none none' : `${implementation.address} ${implementation.codeHash}`
      return `${address} ${codeHash} ${behind}\n`
    })
    .join('')

/**
 * The print of contracts.
 *
 * @param contracts in the order in which the request names them
 * @returns the first 16 digits of the SHA-256 of codeText
 */
export const codePrint = (contracts: readonly ContractCode[]): string =>
  documentDigest(new TextEncoder().encode(codeText(contracts))).slice(0, 16)
