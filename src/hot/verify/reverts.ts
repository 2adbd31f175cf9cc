// What a contract meant by refusing a call, in words for an operator, with what to do next.
//
// Follows the Solidity ABI: Error(string) 0x08c379a0, Panic(uint256) 0x4e487b71, custom errors by selector. The
// sentences are in reverts.json, in the order in which an operator may meet them: EigenLayer's core and middleware (M2
// strings, slashing errors), EigenDA, MACH. Some errors have several senders (SignatureExpired, InvalidSignature): four
// bytes do not say which contract refused, so those sentences name every possibility on the registration path.
//
// Revert data is the RPC's word, and its text is the contract's: quoted, escaped to printable ASCII, cut at 200.
// Refuses to guess: an unknown selector or text is called unknown. Never throws.

import { decodeAbiParameters, decodeErrorResult, isHex, parseAbiItem, toFunctionSelector } from 'viem'
import type { Hex } from 'viem'
import type { BuildKind } from '../../shared/base/commands.ts'
import { withCommands } from './remedy-commands.ts'
import catalogue from './reverts.json' with { type: 'json' }

export interface RevertExplanation {
  readonly name: string
  readonly says: string
  readonly remedy: string
  readonly arguments: readonly string[]
}

type Sentences = Pick<RevertExplanation, 'says' | 'remedy'>

const SHOWN = 200
const ERROR_STRING = '0x08c379a0'
const PANIC = '0x4e487b71'

const byReason = new Map<string, Sentences>()
const bySelector = new Map<Hex, Sentences & { readonly signature: string }>()
for (const entry of catalogue) {
  if (entry.reason !== undefined) byReason.set(entry.reason, entry)
  else bySelector.set(toFunctionSelector(entry.error), { ...entry, signature: entry.error })
}

/** The codes that the compiler puts into Panic(uint256), each with what happened. */
const PANICS = new Map<bigint, string>([
  [0x00n, 'The contract stopped at a check that its compiler put in without naming it.'],
  [0x01n, 'An assertion of the contract failed: a state that its authors held to be impossible.'],
  [0x11n, 'A sum, difference or product in the contract left its range, for example stake subtracted below zero.'],
  [0x12n, 'The contract divided by zero.'],
  [0x21n, 'A number was turned into an enumeration that has no such member.'],
  [0x22n, 'The contract found a byte string in its storage that is encoded wrongly.'],
  [0x31n, 'The contract took an element from an empty array.'],
  [0x32n, 'The contract read past the end of an array; lists of the call may be shorter than it expects.'],
  [0x41n, 'The contract asked for more memory than can exist; a length in the calldata may be absurd.'],
  [0x51n, 'The contract called an internal function that was never set.'],
])

/**
 * Explains the revert data of a failed call, simulation or receipt; takes anything an RPC may answer.
 *
 * @param carriesPoints whether the call has points of BN254 in it: only then can a precompile have refused one
 * @param kind of the request that made the call, for the commands of the remedy; null where it is not known
 */
export function explainRevert(answer: Hex, carriesPoints = false, kind: BuildKind | null = null): RevertExplanation {
  const explained = explanationOf(answer, carriesPoints)
  return { ...explained, remedy: withCommands(explained.remedy, kind) }
}

function explanationOf(answer: Hex, carriesPoints: boolean): RevertExplanation {
  if (!isHex(answer) || answer.length % 2 !== 0) return unreadable('(no hex)', 'is not hexadecimal bytes')
  const data = answer.toLowerCase() as Hex
  if (data === '0x') return carriesPoints ? BAD_POINT : EMPTY
  if (data.length < 10) return unreadable(`unknown error ${data}`, 'is shorter than an error selector, four bytes')
  const selector = data.slice(0, 10) as Hex
  const body: Hex = `0x${data.slice(10)}`
  if (selector === ERROR_STRING) return explainString(body)
  if (selector === PANIC) return explainPanic(body)
  const bytes = `${String(body.length / 2 - 1)} bytes`
  const known = bySelector.get(selector)
  if (known === undefined) return explainUnknown(selector, bytes)
  const { signature, says, remedy } = known
  const values = attempt(() => {
    const abi = [parseAbiItem(`error ${signature}`)]
    const decoded: { readonly args?: readonly unknown[] | undefined } = decodeErrorResult({ abi, data })
    return decoded.args ?? []
  })
  const malformed = `(malformed: ${bytes} that do not hold the arguments of ${signature})`
  return { name: signature, says, remedy, arguments: values?.map(show) ?? [malformed] }
}

const BAD_POINT: RevertExplanation = {
  name: '(empty revert data)',
  says: 'No reason was given: a BN254 precompile failed (a point off the curve, or G2 coordinates in the wrong order), which burns all gas up to the limit, or the contract could not decode the calldata.',
  remedy:
    'Do not raise the gas limit: run {verify}, which checks every point (G2: imaginary part first), and check that the target is the contract you mean; then build and sign again.',
  arguments: [],
}

const EMPTY: RevertExplanation = {
  name: '(empty revert data)',
  says: 'No reason was given: the contract has no such function, could not decode the calldata, or calls one that is not there.',
  remedy:
    'Check with {show} that the target is the contract you mean and of the generation you expect, then build again.',
  arguments: [],
}

function explainString(body: Hex): RevertExplanation {
  const text = attempt(() => decodeAbiParameters([{ type: 'string' }], body)[0])
  if (text === undefined) return unreadable('Error(string), malformed', 'begins like Error(string) without a string')
  const sentences = byReason.get(text) ?? {
    says: 'The contract refused with its own sentence, which this program does not know; read it as the words of that contract and not as an instruction.',
    remedy:
      'Do not broadcast, the call would fail again: look the sentence up in the source of the AVS, or send it to its team with the output of {show}; a reverted registration spends no salt.',
  }
  return { name: `Error(${quote(text)})`, says: sentences.says, remedy: sentences.remedy, arguments: [] }
}

function explainPanic(body: Hex): RevertExplanation {
  const code = attempt(() => decodeAbiParameters([{ type: 'uint256' }], body)[0])
  if (code === undefined) return unreadable('Panic(uint256), malformed', 'begins like Panic(uint256) without a code')
  const name = `Panic(0x${code.toString(16).padStart(2, '0')})`
  return {
    name,
    says: PANICS.get(code) ?? `The contract stopped with ${name}, a code that Solidity does not define.`,
    remedy: `Check the target with {show}; if it is right, report ${name} and the block to the AVS, because this is a fault in its contract; a reverted registration spends no salt.`,
    arguments: [],
  }
}

function explainUnknown(selector: Hex, bytes: string): RevertExplanation {
  return {
    name: `unknown error ${selector}`,
    says: `The contract refused with an error that is not among the ${String(bySelector.size)} that this program knows; its selector is ${selector}.`,
    remedy:
      'Do not broadcast, the call would fail again: look the selector up in the ABI of the AVS or ask its team; a reverted registration spends no salt.',
    arguments: bytes === '0 bytes' ? [] : [`(${bytes} of unknown arguments)`],
  }
}

function unreadable(name: string, defect: string): RevertExplanation {
  return {
    name,
    says: `The revert data ${defect}, so the reason of the refusal cannot be read.`,
    remedy:
      'Ask a second RPC by running the same command with another `--rpc-url`: contracts of this protocol do not answer so.',
    arguments: [],
  }
}

/** What viem decodes, or undefined where the data defeat it. */
function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode()
  } catch {
    return undefined
  }
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `(${value.map(show).join(', ')})`
  if (typeof value === 'string') return /^0x[0-9a-fA-F]{40,64}$/.test(value) ? value : quote(value)
  return typeof value === 'bigint' || typeof value === 'number' ? value.toString() : '(unreadable)'
}

/** Text from the chain for a terminal: no byte outside printable ASCII, no quote that closes early, at most 200. */
function quote(text: string): string {
  let shown = ''
  for (const character of text) {
    const plain = /^[\x20-\x7e]$/.test(character) && character !== '"' && character !== '\\'
    const piece = plain ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
    if (shown.length + piece.length > SHOWN) return `"${shown}" and more, ${String(text.length)} characters in all`
    shown += piece
  }
  return `"${shown}"`
}
