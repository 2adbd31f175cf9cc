// Whether a contract has a function at all: a fork with another registerOperator is found before anything is built for it.
//
// The selector stands in the code's dispatch (PUSH4), of the contract itself or of the implementation behind it (EIP-1967). Where it
// stands in neither, as with a diamond, the call is tried with empty arguments: a function that is there refuses them with a
// reason. A contract that gives neither sign is refused; what a function does beyond its selector is not seen here.
import type { Hex } from 'viem'
import { refusal } from '../../shared/base/errors.ts'
import type { Address } from '../../shared/base/fields.ts'
import { encodeCall, type Call } from '../../shared/chain/call.ts'
import type { Read, Reader } from '../rpc/reader.ts'

const PUSH4 = '63'

/** The signature of a call in the code's dispatch. */
export const dispatches = (codes: readonly Hex[], call: Call): boolean => {
  const mark = PUSH4 + encodeCall(call).slice(2, 10)
  return codes.some((code) => code.toLowerCase().includes(mark))
}

/** True where a call that cannot succeed is answered with a reason. */
const answersWithReason = (call: Call, from: Address): Read<boolean> => {
  const params = { from, to: call.to, data: encodeCall(call) }
  return {
    questions: (block) => [{ name: `a trial of ${call.to}`, method: 'eth_call', params: [params, block] }],
    decode: ([answer]) => {
      if (answer === undefined || 'result' in answer) return false
      return answer.error.data !== null && answer.error.data !== '0x'
    },
  }
}

/**
 * Checks that a contract has the function of a call.
 *
 * @param codes of the contract, and of the implementation behind it
 * @param trial the call, with arguments that it must refuse
 * @throws AirlockError contract_kind_unknown
 */
export async function checkDispatch(reader: Reader, codes: readonly Hex[], trial: Call, from: Address): Promise<void> {
  if (dispatches(codes, trial) || (await reader.read(answersWithReason(trial, from)))) return
  const name = trial.signature.slice(0, trial.signature.indexOf('('))
  const seen = `the contract at ${trial.to} has no ${name} as the M2 middleware has it: it is a fork with another one`
  const hint = 'register with the tool that this AVS names'
  throw refusal('comparing with the contracts', 'contract_kind_unknown', seen, hint)
}
