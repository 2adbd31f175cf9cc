import type { Devnet } from '../devnet/devnet.ts'
import type { Walk } from './walk.ts'
export async function causedRefusals(_walk: Walk, _m2: Devnet): Promise<number> {
  return 0
}
