// Refusals caused for real: something is signed that the contracts would take, then they are changed, then it is sent.
//
// One signing serves many refusals: before each the chain is marked, and put back after it. `send` must end with 7, must name what
// the contract said, and must send nothing: the sender's nonce stays.
import type { Address } from 'viem'
import { runProcess } from '../support/programs.ts'
import { isKnownAnswer } from './recorded-reverts.ts'
import type { Ceremony, Documents, Walk } from './walk.ts'

export interface Scene extends Pick<Ceremony, 'kind' | 'flags' | 'keys'> {
  readonly name: string
  readonly operator: Address
  /** Who sends it, where that is not the operator. */
  readonly sender?: Address
  /** What `operator` needs before something can be signed for it. */
  readonly prepare?: () => Promise<unknown>
  /** What the contract says where nothing was prepared. */
  readonly unprepared?: string
  readonly cases: readonly Case[]
}

export interface Case {
  readonly name: string
  /** Changes the chain. */
  readonly cause: () => Promise<unknown>
  /** What the contract says then, as it is recorded; null where the program refuses before it asks the contract. */
  readonly says: string | null
  /** Instead of 7 and simulation_reverted. */
  readonly refusedAs?: { readonly exitCode: number; readonly code: string }
}

interface Refused {
  readonly exitCode: number
  readonly problems: readonly { readonly code: string; readonly message: string }[]
}

/** Plays a scene. Throws with the name of the first case that is refused otherwise. Gives the number of its cases. */
export async function play(walk: Walk, scene: Scene): Promise<number> {
  const { client } = walk.room.devnet
  walk.screens.heading(`Refused: ${scene.name}`)
  const before = await client.snapshot()
  await scene.prepare?.()
  const documents = await walk.signed(scene)
  for (const one of scene.cases) {
    const signed = await client.snapshot()
    await refusedBecause(walk, scene, documents, one)
    await client.revert({ id: signed })
  }
  await client.revert({ id: before })
  if (scene.unprepared === undefined) return scene.cases.length
  const fund = (): Promise<void> => walk.room.devnet.fund(scene.operator)
  await refusedBecause(walk, { ...scene, nonce: 1 }, documents, {
    ...{ name: 'no operator of EigenLayer', cause: fund, says: scene.unprepared },
  })
  return scene.cases.length + 1
}

async function refusedBecause(
  walk: Walk,
  { operator, sender = operator, ...scene }: Scene & { readonly nonce?: number },
  { request, response }: Documents,
  { name, cause, says, refusedAs: as = { exitCode: 7, code: 'simulation_reverted' } }: Case,
): Promise<void> {
  const { devnet, anvil } = walk.room
  if (says !== null && !isKnownAnswer(says)) throw new Error(`${name}: ${says} is in no record of a contract`)
  const nonce = scene.nonce ?? (await devnet.client.getTransactionCount({ address: sender }))
  await cause()
  // What the cause sent in the sender's name must not be what refuses.
  await devnet.client.setNonce({ address: sender, nonce })
  const ended = await runProcess('airlock-hot', ['send', request, response, '--rpc-url', anvil.rpcUrl, '--json'])
  walk.screens.show(ended.stderr)
  const [first] = problemsOf(ended.stderr)
  const isRight = ended.exitCode === as.exitCode && first?.code === as.code
  const isNamed = says === null || first?.message.startsWith(`${says}: `) === true
  if (!isRight || !isNamed)
    throw new Error(`${name}: ended with ${ended.exitCode}, not as expected (${says ?? as.code}):\n${ended.stderr}`)
  const after = await devnet.client.getTransactionCount({ address: sender })
  if (after !== nonce) throw new Error(`${name}: something was sent`)
  walk.screens.result(`exit ${ended.exitCode}  ${name}: ${says ?? as.code}`)
}

/** What `--json` prints of a refusal, after lines of progress. */
function problemsOf(stderr: string): Refused['problems'] {
  const from = stderr.indexOf('{\n')
  if (from < 0) return []
  return (JSON.parse(stderr.slice(from)) as { readonly error: Refused }).error.problems
}
