// Gas limits and what is said of them, held against what the real contracts needed: vectors/gas.json, every row.
import { describe, expect, test } from 'vitest'
import facts from '../../../vectors/gas.json' with { type: 'json' }
import { gasFarAbove, gasLimit, type Gas, type GasNeed } from '../../../src/shared/operation-parts/gas.ts'
import {
  coordinatorGas,
  coordinatorSetsGas,
  withOwnChurn,
} from '../../../src/shared/operation-parts/registration-gas.ts'
import { setsDeregisterFloor } from '../../../src/shared/operations/deregister-from-operator-sets.ts'
import { deregisterFloor } from '../../../src/shared/operations/deregister.ts'
import { DUE_DEALLOCATION } from '../../../src/shared/operations/modify-allocations.ts'
import { operationKinds, operationOf, type AnyOperation } from '../../../src/shared/operations/operation-kinds.ts'
import { stakeRegistryGas } from '../../../src/shared/operations/register-with-stake-registry.ts'

interface Size {
  readonly quorums?: number
  readonly sets?: number
  readonly strategies?: number
  readonly key?: 'new' | 'known' | 'member'
  readonly socketBytes?: number
  readonly members?: number
  readonly places?: number
  readonly slashable?: boolean
  readonly churn?: boolean
  readonly registrar?: 'coordinator' | 'keyed'
  readonly due?: number
  readonly uriBytes?: number
}

interface Row {
  readonly kind: string
  readonly contracts: string
  readonly case: string
  readonly need: number
  readonly size?: Size
}

const rows: readonly Row[] = facts.rows as readonly Row[]
const sameBlock = facts.sameBlock as readonly (Row & { readonly inBlockOfChange: number; readonly atPending: number })[]
const drift = facts.drift as readonly (Row & { readonly before: number })[]

const repeated = <T>(count: number | undefined, value: T): readonly T[] =>
  Array.from({ length: count ?? 1 }, () => value)
const nameOf = ({ kind, contracts, case: of }: Row): string => `${kind}, ${contracts}: ${of}`

/** What is asked of a registration that nobody can estimate, because a signature is missing: the need by the model. */
function modelled({ kind, size = {} }: Row): GasNeed | null {
  const { quorums, sets, strategies = 1, key = 'new', socketBytes = 0, members, places } = size
  const of = (count?: number) => ({ key, socket: 's'.repeat(socketBytes), strategies: repeated(count, strategies) })
  switch (kind) {
    case 'register': {
      const room = members === undefined || places === undefined ? [] : [{ operators: members, maximum: places }]
      return withOwnChurn(coordinatorGas(of(quorums)).most, repeated(quorums, room).flat())
    }
    case 'register-with-churn':
      return { need: coordinatorGas(of(quorums), true).most }
    case 'register-for-operator-sets':
      return size.registrar === 'keyed'
        ? null
        : {
            need: coordinatorSetsGas(of(sets), { churn: size.churn === true, slashable: size.slashable === true }).most,
          }
    case 'register-with-stake-registry':
      return { need: stakeRegistryGas(strategies) }
    case 'register-key-bn254':
    case 'register-key-ecdsa':
      return { need: bracket({ kind, size } as Row)?.most ?? 0 }
    default:
      return null
  }
}

/** What is asked where a node estimates: its estimate, with the floor and the addition that the state gives. */
function estimated({ kind, size = {} }: Row, estimate: number): GasNeed {
  const { quorums = 1, sets = 1, strategies = 1, due = 0 } = size
  if (kind === 'deregister') return { need: estimate, floor: deregisterFloor(quorums) }
  if (kind === 'deregister-from-operator-sets' && size.registrar === 'coordinator')
    return { need: estimate, floor: setsDeregisterFloor(sets) }
  if (kind === 'modify-allocations') return { need: estimate, addition: due * strategies * DUE_DEALLOCATION }
  return { need: estimate }
}

/** What the offline side knows of it, by the fields of a request of that size; null for a kind that there is not. */
function bracket({ kind, size = {} }: Row): Gas | null {
  if (!operationKinds.some((known) => known === kind)) return null
  const { quorums = 1, sets = 1, strategies = 1, key = 'new', socketBytes = 0, uriBytes = 0 } = size
  const socket = 's'.repeat(socketBytes)
  const pubkeyRegistration = key === 'new' ? {} : null
  const fields = {
    kind,
    metadataUri: 'u'.repeat(uriBytes),
    operatorSets: repeated(sets, 0),
    operatorSignature: key === 'member' ? null : {},
    pubkeyRegistration,
    quorums: repeated(quorums, 0),
    // Only EigenDA's own coordinator is known offline to remove members by itself.
    registryCoordinator: size.members === undefined ? '0x' : '0x0BAAc79acD45A023E19345c352d8a7a83C4e5656',
    registration:
      size.registrar === 'keyed'
        ? { type: 'socket', socket }
        : { type: size.churn === true ? 'churn' : 'normal', pubkeyRegistration, socket },
    sets: Array.from({ length: sets }, () => ({
      strategies: Array.from({ length: strategies }, (_, index) => ({ strategy: String(index) })),
    })),
    socket,
  } as unknown as AnyOperation
  return operationOf(fields).gas(fields, { chainId: 1, expiry: 0 as never })
}

test('there are as many rows as were measured', () => {
  expect([rows.length, sameBlock.length, drift.length]).toEqual([557, 55, 18])
})

/** More than twice the need, and why. */
const MORE: readonly (readonly [why: string, of: (row: Row) => boolean])[] = [
  [
    'quorums of EigenDA that may be full by then',
    ({ size }) => size?.members !== undefined && size.members < (size.places ?? 0),
  ],
]

const limits = (row: Row): readonly number[] => {
  const model = modelled(row)
  const isAsked = model === null || row.size?.key === 'member' || row.size?.key === 'known'
  return [
    ...(model === null ? [] : [gasLimit(model)]),
    ...(isAsked ? [gasLimit(estimated({ ...row, size: { ...row.size, due: 0 } }, row.need))] : []),
  ]
}

describe('a limit', () => {
  test('is never below the need', () => {
    expect(rows.filter((row) => limits(row).some((limit) => limit < row.need)).map(nameOf)).toEqual([])
  })

  test('is never above twice the need, but for listed exceptions', () => {
    const more = rows.filter((row) => limits(row).some((limit) => limit > 2 * row.need))
    const unlisted = more.filter((row) => !MORE.some(([, of]) => of(row)))
    expect(MORE.filter(([, of]) => !more.some(of)).map(([why]) => why)).toEqual([])
    expect(unlisted.map((row) => `${nameOf(row)}: ${limits(row).join()} of ${row.need}`)).toEqual([])
  })

  test('is never above what EIP-7825 allows', () => {
    expect(Math.max(...rows.flatMap(limits))).toBeLessThanOrEqual(16_777_216)
    expect(gasLimit({ need: 16_000_000 })).toBe(16_777_216)
  })

  test('holds where it was estimated at pending, in the block of the last change', () => {
    const low = sameBlock.filter((row) => gasLimit(estimated(row, row.atPending)) < row.need)
    expect(low.map(nameOf)).toEqual([])
  })

  test('of leaving holds even where it was estimated in that very block', () => {
    const leaving = sameBlock.filter(({ kind }) => kind.startsWith('deregister'))
    expect(leaving.length).toBeGreaterThan(30)
    expect(leaving.filter((row) => gasLimit(estimated(row, row.inBlockOfChange)) < row.need).map(nameOf)).toEqual([])
  })

  test('holds where the state changed before the transaction was mined', () => {
    const low = drift.filter((row) => gasLimit(modelled(row) ?? estimated(row, row.before)) < row.need)
    expect(low.map(nameOf)).toEqual([])
  })
})

describe('the offline side', () => {
  const known = rows.flatMap((row) => {
    const gas = bracket(row)
    return gas === null ? [] : [{ row, gas }]
  })

  test('knows every kind that was measured', () => {
    expect(new Set(known.map(({ row }) => row.kind)).size).toBe(operationKinds.length)
  })

  test('never says that a call needs more than it did, or less', () => {
    const wrong = known.filter(({ row, gas }) => row.need < gas.least || row.need > gas.most)
    expect(wrong.map(({ row, gas }) => `${nameOf(row)}: ${row.need} is not ${gas.least} to ${gas.most}`)).toEqual([])
  })

  test('never warns of a limit that follows the rule', () => {
    const warned = known.filter(({ row, gas }) =>
      limits(row).some((limit) => limit < gas.least || limit > gasFarAbove(gas)),
    )
    expect(warned.map(({ row }) => nameOf(row))).toEqual([])
  })
})
