// Every operation there is, end to end on a chain, and every refusal: `npm run demo -- --all`, with --verbose for the screens.
//
// One anvil on 127.0.0.1 at a port that the system chooses, with the contracts of both generations. The programs' home is a
// folder of the demo's, so nobody's ledger or journal is touched. The first thing that is not as expected ends it.
import { deployDevnet } from '../devnet/deploy.ts'
import type { Devnet } from '../devnet/devnet.ts'
import { CurrentRoom } from '../support/current-room.ts'
import { adminOperations, appointeeOperations, coreOperations } from './operations-core.ts'
import { M2_QUORUMS, m2Operations, selfTransfer } from './operations-m2.ts'
import {
  allocationOperations,
  coordinatorOperations,
  DEALLOCATION_DELAY,
  keyOperations,
  SET_QUORUMS,
  stakeRegistryOperations,
} from './operations-sets.ts'
import { recordedReverts } from './recorded-reverts.ts'
import { causedRefusals } from './refusals.ts'
import { Screens } from './screens.ts'
import { Walk, type Row } from './walk.ts'

/** Runs it all. Gives true when everything was as expected; else it has said by name what was not. */
export async function demoOfAll(verbose: boolean): Promise<boolean> {
  const screens = new Screens(verbose)
  const rooms: CurrentRoom[] = []
  try {
    console.log(await everything(screens, rooms))
    return true
  } catch (error) {
    console.error(`\nDemo FAILED at "${screens.current}": ${error instanceof Error ? error.message : String(error)}`)
    return false
  } finally {
    for (const room of rooms) await room.close()
  }
}

async function everything(screens: Screens, rooms: CurrentRoom[]): Promise<string> {
  const recorded = recordedReverts(screens)
  const { walk, m2 } = await openWalk(screens, rooms)
  await walkOperations(walk, m2)
  const caused = await causedRefusals(walk, m2)
  table(walk.rows)
  const refusals = `${recorded + caused} revert cases (${recorded} recorded, ${caused} caused here)`
  return `${walk.rows.length} operations, ${refusals}: all as expected`
}

/** A chain with the contracts of both generations, in a room that the caller closes. */
export async function openWalk(screens: Screens, rooms: CurrentRoom[]): Promise<{ walk: Walk; m2: Devnet }> {
  screens.heading('A chain with the contracts of both generations')
  const room = await CurrentRoom.open({
    ...{ quorums: SET_QUORUMS, m2: { quorums: M2_QUORUMS } },
    ...{ deallocationDelay: DEALLOCATION_DELAY, configurationDelay: DEALLOCATION_DELAY },
  })
  rooms.push(room)
  process.env['HOME'] = room.folder
  const m2 = await deployDevnet(room.anvil.rpcUrl, { domain: null, generation: 'A', quorums: M2_QUORUMS })
  screens.result(`anvil at ${room.anvil.rpcUrl}`)
  return { walk: new Walk(room, screens), m2 }
}

/** Every kind of operation, each at least once. */
export async function walkOperations(walk: Walk, m2: Devnet): Promise<void> {
  await m2Operations(walk, m2, 'M2')
  await m2Operations(walk, walk.room.devnet.m2, 'EigenDA')
  await selfTransfer(walk)
  await coreOperations(walk, m2)
  await appointeeOperations(walk)
  await adminOperations(walk)
  await walk.refusal('undelegate', ['build', 'undelegate'], 7, 'operator_cannot_undelegate')
  await coordinatorOperations(walk)
  await keyOperations(walk)
  await allocationOperations(walk)
  await stakeRegistryOperations(walk)
  walk.refuseMissingKinds()
}

function table(rows: readonly Row[]): void {
  const line = (name: string, gas: string, codes: string, seconds: string): void =>
    console.log(`${name.padEnd(54)} ${gas.padStart(9)} ${codes.padStart(8)} ${seconds.padStart(6)}`)
  console.log('')
  line('operation', 'gas used', 'exits', 'sec')
  for (const { name, gasUsed, exitCodes, seconds } of rows) {
    line(name, gasUsed?.toLocaleString('en') ?? '-', exitCodes.join(' '), seconds.toFixed(1))
  }
  console.log('')
}
