// Compiled contracts out of the packages, each as its own project compiled it.
import type { Abi, Hex } from 'viem'
import { parse } from 'yaml'
import type { Artefact, Artefacts } from '../devnet/compile.ts'
import { eigenlayer, hyperlane, readPackaged } from './packages.ts'

/** Of EigenLayer's core, and OpenZeppelin's proxies as it compiled them. */
export type CoreContract =
  | 'AVSDirectory'
  | 'DelegationManager'
  | 'EigenPodManager'
  | 'EmptyContract'
  | 'ERC20PresetFixedSupply'
  | 'PauserRegistry'
  | 'ProxyAdmin'
  | 'Slasher'
  | 'StrategyBase'
  | 'StrategyManager'
  | 'TransparentUpgradeableProxy'

/** Of Hyperlane's AVS. */
export type AvsContract = 'ECDSAStakeRegistry' | 'HyperlaneServiceManager'

const CORE: readonly CoreContract[] = [
  ...(['AVSDirectory', 'DelegationManager', 'EigenPodManager', 'EmptyContract', 'ERC20PresetFixedSupply'] as const),
  ...(['PauserRegistry', 'ProxyAdmin', 'Slasher', 'StrategyBase', 'StrategyManager'] as const),
  'TransparentUpgradeableProxy',
]
const AVS: readonly AvsContract[] = ['ECDSAStakeRegistry', 'HyperlaneServiceManager']

/** Foundry's output: one JSON file for each contract. */
export function coreArtefacts(): Artefacts<CoreContract> {
  return artefactsOf(CORE, (name) => {
    const text = readPackaged(eigenlayer, `out/${name}.sol/${name}.json`)
    const { abi, bytecode } = JSON.parse(text) as { readonly abi: Abi; readonly bytecode: { readonly object: Hex } }
    return { abi, bytecode: bytecode.object }
  })
}

/** TypeChain's output, read as text: the literals of ABI and bytecode in a module that nobody runs. */
export function avsArtefacts(): Artefacts<AvsContract> {
  return artefactsOf(AVS, (name) => {
    const text = readPackaged(hyperlane, `dist/typechain/factories/contracts/avs/${name}__factory.js`)
    const abi = /^const _abi = (\[\n[^]*?\n\]);$/m.exec(text)?.[1]
    const bytecode = /^const _bytecode = "(0x[0-9a-f]+)";$/m.exec(text)?.[1]
    if (abi === undefined || bytecode === undefined)
      throw new Error(`reading ${name}: no ABI or no bytecode in the file`)
    // A literal of JavaScript without quotes around its keys is a flow of YAML.
    return { abi: parse(abi) as Abi, bytecode: bytecode as Hex }
  })
}

function artefactsOf<Name extends string>(names: readonly Name[], read: (name: Name) => Artefact): Artefacts<Name> {
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Artefacts<Name>
}
