// Which of EigenLayer's own contracts a command calls: that of the catalogue for the chain, or the one that a flag gives.
//
// On a chain that the catalogue knows, another address than its own is refused when the request is judged (contract-findings.ts).
import { addressOf } from '../../shared/catalogue/address-book.ts'
import { refusal } from '../../shared/base/errors.ts'
import type { Address } from '../../shared/base/fields.ts'
import { networkName } from './avs-argument.ts'

/**
 * The address of a contract of EigenLayer.
 *
 * @param name as the catalogue has it, such as "DelegationManager"
 * @param flag the option that gives it, for the hint
 * @param given what that option gave
 * @throws AirlockError usage, where neither the catalogue nor the option has it
 */
export function coreContract(chainId: number, name: string, flag: string, given: Address | undefined): Address {
  const found = given ?? addressOf(chainId, 'EigenLayer', name)
  if (found !== undefined) return found
  const seen = `the catalogue has no ${name} on ${networkName(chainId)}`
  throw refusal("choosing EigenLayer's contract", 'usage', seen, `give its address with ${flag}`)
}
