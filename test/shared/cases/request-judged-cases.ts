// Requests that are well-formed and untrue or harmful, and those that stand just on the right side of each limit.
import type { Vector } from '../../support/vectors.ts'
import { jsonCases, type Base } from './cases.ts'
import { edited } from '../../documents/canonical.ts'

const DAY = 86_400
const EXPIRY = 4_102_444_800
const ZERO = '0x0000000000000000000000000000000000000000'

/** Contracts that the catalogue has on mainnet, as their projects publish them. */
export const known = {
  delegationManager: '0x39053D51B77DC0d36036Fc1fCc8Cb819df8Ef37A',
  eigenDaStakeRegistry: '0x006124Ae7976137266feeBFb3F4D2BE4C073139D',
  machCoordinator: '0x561be1AB42170a19f31645F774e6e3862B2139AA',
  machServiceManager: '0x71a77037870169d47aad6c2C9360861A4C0df2bF',
  eOracleCoordinator: '0x757E6f572AfD8E111bD913d35314B5472C051cA8',
  eOracleServiceManager: '0x23221c5bB90C7c57ecc1E75513e2E4257673F0ef',
  openlayerCoordinator: '0x7dd7320044013f7f49B1b6D67aED10726fe6e62b',
  openlayerServiceManager: '0xF7fcff55d5FDAf2C3Bbeb140Be5e62a2c7D26Db3',
  holeskyDirectory: '0x055733000064333CaDDbC92763c58BF0192fFeBf',
  unknown: '0x68aA080939338938a01D93173047bB2546c6189e',
} as const

const AVS = 'operation.operatorSignature.avsDirectory'
const COORDINATOR = 'operation.registryCoordinator'
const MANAGER = 'operation.serviceManager'
const OPERATOR = 'operation.operator'
const BOOK = 'the addresses are those of src/shared/catalogue/catalogue.json with their sources'

const at = (base: Base, clock: string): Base => ({ ...base, against: clock })

function times(base: Base): Vector[] {
  const farthest = { ...base, json: edited(base.json, { 'block.timestamp': EXPIRY - 366 * DAY }) }
  return [
    ...jsonCases(at(base, '2100-01-01T00:00:01Z'), [
      [
        'expiry_past',
        'expiry_past',
        'the clock is one second after the expiry',
        {},
        'the contract refuses it: expired_signature of vectors/devnet/registration-outcome.json',
      ],
    ]),
    ...jsonCases(at(base, '2100-01-01T00:00:00Z'), [
      ['expiry_now', 'expiry_past', 'the clock is at the expiry: no block can be mined in time', {}],
    ]),
    ...jsonCases(at(base, '2099-12-31T23:59:59Z'), [
      ['expiry_one_second_left', 'ok', 'the clock is one second before the expiry', {}],
    ]),
    ...jsonCases(base, [
      [
        'expiry_before_block',
        'expiry_past',
        'expired at the block it was built at, while the clock is behind',
        { 'block.timestamp': EXPIRY + 1 },
      ],
      [
        'expiry_too_far',
        'expiry_too_far',
        'valid for one second more than 366 days',
        { 'block.timestamp': EXPIRY - 366 * DAY - 1 },
        'one published registration was valid for six years: vectors/known-answers/published-registration.json',
      ],
    ]),
    ...jsonCases(at(farthest, '2098-12-31T01:00:00Z'), [['expiry_farthest', 'ok', 'valid for 366 days', {}]]),
  ]
}

function addresses(base: Base, mainnet: Base): Vector[] {
  const { operator, registryCoordinator, serviceManager, avsDirectory } = {
    operator: '0xcf899D0e63322F51585ebbDeE6E4535ab428c803',
    registryCoordinator: '0x74127512Ec74c321F86b19f0491b675c17a835f1',
    serviceManager: '0x68aA080939338938a01D93173047bB2546c6189e',
    avsDirectory: '0x3fd095498F43eda0650829a3c6E531FF593b7cDd',
  }
  return [
    ...jsonCases(base, [
      ['operator_zero', 'address_zero', 'the operator is the zero address', { [OPERATOR]: ZERO }],
      [
        'registry_coordinator_zero',
        'address_zero',
        'the RegistryCoordinator is the zero address',
        { [COORDINATOR]: ZERO },
      ],
      ['service_manager_zero', 'address_zero', 'the ServiceManager is the zero address', { [MANAGER]: ZERO }],
      ['avs_directory_zero', 'address_zero', 'the AVSDirectory is the zero address', { [AVS]: ZERO }],
      [
        'operator_is_coordinator',
        'addresses_collide',
        'operator and RegistryCoordinator are one',
        { [COORDINATOR]: operator },
      ],
      [
        'operator_is_service_manager',
        'addresses_collide',
        'operator and ServiceManager are one',
        { [MANAGER]: operator },
      ],
      ['operator_is_avs_directory', 'addresses_collide', 'operator and AVSDirectory are one', { [AVS]: operator }],
      [
        'service_manager_is_coordinator',
        'addresses_collide',
        'the RegistryCoordinator taken for the AVS',
        { [MANAGER]: registryCoordinator },
        'the contract refuses it: ecdsa_signature_for_other_avs of vectors/devnet/registration-outcome.json',
      ],
      [
        'coordinator_is_avs_directory',
        'addresses_collide',
        'the call would go to the AVSDirectory',
        { [COORDINATOR]: avsDirectory },
      ],
      [
        'avs_directory_is_service_manager',
        'addresses_collide',
        'ServiceManager and AVSDirectory are one',
        { [AVS]: serviceManager },
      ],
    ]),
    ...jsonCases(mainnet, [
      [
        'core_contract_foreign',
        'core_contract_foreign',
        "an AVSDirectory on mainnet that is not EigenLayer's",
        { [AVS]: known.unknown },
        BOOK,
      ],
      [
        'avs_directory_of_holesky',
        'core_contract_foreign',
        "Holesky's AVSDirectory on mainnet",
        { [AVS]: known.holeskyDirectory },
        BOOK,
      ],
      [
        'service_manager_of_other_avs',
        'contracts_mismatch',
        "MACH's ServiceManager beside EigenDA's RegistryCoordinator",
        { [MANAGER]: known.machServiceManager },
        BOOK,
      ],
      [
        'service_manager_unknown',
        'contracts_mismatch',
        "an unknown ServiceManager beside EigenDA's RegistryCoordinator",
        { [MANAGER]: known.unknown },
        BOOK,
      ],
      [
        'coordinator_of_other_avs',
        'contracts_mismatch',
        "MACH's RegistryCoordinator beside EigenDA's ServiceManager",
        { [COORDINATOR]: known.machCoordinator },
        BOOK,
      ],
      [
        'coordinator_unknown',
        'contracts_mismatch',
        "an unknown RegistryCoordinator beside EigenDA's ServiceManager",
        { [COORDINATOR]: known.unknown },
        BOOK,
      ],
      [
        'service_manager_is_core',
        'contracts_mismatch',
        "EigenLayer's DelegationManager for the AVS",
        { [MANAGER]: known.delegationManager, [COORDINATOR]: known.unknown },
        BOOK,
      ],
      [
        'coordinator_is_stake_registry',
        'contracts_mismatch',
        "EigenDA's StakeRegistry called, for an unknown ServiceManager",
        { [COORDINATOR]: known.eigenDaStakeRegistry, [MANAGER]: known.unknown },
        BOOK,
      ],
      [
        'avs_eoracle',
        'avs_kind_unsupported',
        'eOracle, whose registerOperator is another one',
        { [COORDINATOR]: known.eOracleCoordinator, [MANAGER]: known.eOracleServiceManager },
        BOOK,
      ],
      [
        'avs_openlayer',
        'avs_kind_unsupported',
        'Openlayer, whose registerOperator is another one',
        { [COORDINATOR]: known.openlayerCoordinator, [MANAGER]: known.openlayerServiceManager },
        BOOK,
      ],
    ]),
  ]
}

function limits(base: Base): Vector[] {
  const gas = 'transaction.gasLimit'
  const fee = 'transaction.fees.0.maxFeePerGas'
  const tenPercent = { maxFeePerGas: '2200000018', maxPriorityFeePerGas: '1100000000' }
  const mined = { maxFeePerGas: '2000000016', maxPriorityFeePerGas: '1000000000' }
  const lucrative = { maxFeePerGas: '500000000001', maxPriorityFeePerGas: '1100000000' }
  return jsonCases(base, [
    ['gas_limit_smallest', 'ok', 'what any transaction costs', { [gas]: 21_000 }],
    ['gas_limit_largest', 'ok', 'what EIP-7825 allows', { [gas]: 16_777_216 }],
    ['quorum_191', 'ok', 'the highest quorum number', { 'operation.quorums': [0, 191] }],
    ['socket_longest', 'ok', '512 characters', { 'operation.socket': 's'.repeat(512) }],
    ['nonce_zero', 'ok', 'the first transaction of an account', { 'transaction.nonce': 0 }],
    ['chain_id_largest', 'ok', 'chain id 2^53 - 1', { chainId: Number.MAX_SAFE_INTEGER }],
    [
      'fees_10_percent',
      'ok',
      'a rung exactly as much higher as it must be',
      { 'transaction.fees': [mined, tenPercent] },
    ],
    ['fee_highest', 'ok', 'at most 1 ETH', { [fee]: '500000000000' }],
    ['fee_absurd', 'fee_absurd', '2,000,000 wei more than 1 ETH', { [fee]: '500000000001' }],
    [
      'fee_absurd_upper_rung',
      'fee_absurd',
      'more than 1 ETH in the second rung',
      { 'transaction.fees': [mined, lucrative] },
    ],
  ])
}

/** Requests that the judge refuses, and their neighbours that it lets pass. */
export const judgedCases = (base: Base, mainnet: Base): Vector[] => [
  ...times(base),
  ...addresses(base, mainnet),
  ...limits(base),
]
